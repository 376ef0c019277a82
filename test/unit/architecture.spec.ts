import { filesEndingWith, readDocument, ROOT } from "../support/documents.ts";
import { findCircle, layerOf, serviceOf, sourcesOf, type Source } from "../support/sources.ts";

const services = sourcesOf("services");
const mixins = sourcesOf("mixins");
const tests = sourcesOf("test");
const product = [...services, ...mixins, ...sourcesOf("deploy")];
const homes = [
	...new Set(services.filter(({ path }) => path.endsWith(".service.ts")).map(({ path }) => serviceOf(path))),
];

const LINES_MAX = 300;
const CONTRACTS = "services/contracts.ts";
/** What reads time, makes timers or throws dice. */
const AMBIENT = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bset(Timeout|Interval|Immediate)\(/;
/** The clocks themselves, and the gateway's sockets, whose timeouts are real. */
const MAY_BE_AMBIENT =
	/^(mixins\/clock\/(system|virtual)|services\/api\/(http\/malformed|operations\/stop|streams\/(event-stream|pulse)))\.ts$/;

/** `path → target` for every import that `isAllowed` does not allow. */
function forbidden(sources: readonly Source[], isAllowed: (source: Source, target: string) => boolean): string[] {
	return sources.flatMap((source) =>
		source.imports.filter((target) => !isAllowed(source, target)).map((target) => `${source.path} → ${target}`),
	);
}

function isContract(target: string): boolean {
	return target === CONTRACTS || /^services\/[^/]+\/contract\.ts$/.test(target);
}

describe("the sources", () => {
	it("are found, with their imports", () => {
		expect(homes).toEqual(expect.arrayContaining(["order", "payment", "logging"]));
		const platform = product.find(({ path }) => path === "mixins/platform.ts");
		expect(platform?.imports).toContain("services/shared/ids.ts");
		expect(platform?.packages).toContain("moleculer");
	});
});

describe("imports", () => {
	it("reach other services only through their contract", () => {
		const isHome = (source: Source, target: string) =>
			!target.startsWith("services/") ||
			isContract(target) ||
			["shared", serviceOf(source.path)].includes(serviceOf(target));
		expect(forbidden(services, isHome)).toEqual([]);
	});

	it("of shared stay within shared", () => {
		const shared = services.filter(({ path }) => serviceOf(path) === "shared");
		expect(forbidden(shared, (_source, target) => serviceOf(target) === "shared")).toEqual([]);
		expect(shared.flatMap(({ packages }) => packages)).toEqual([]);
	});

	it("of a contract are other contracts, shared types and ports", () => {
		const contracts = services.filter(({ path }) => isContract(path));
		const isType = (_source: Source, target: string) =>
			isContract(target) || serviceOf(target) === "shared" || /^mixins\/[^/]+\/port\.ts$/.test(target);
		expect(forbidden(contracts, isType)).toEqual([]);
		expect(contracts.flatMap(({ packages }) => packages)).toEqual([]);
	});

	it("of a domain stay within it, its contract and shared; of others it knows published types at most", () => {
		const domains = services.filter(({ path }) => layerOf(path) === "domain");
		const isOwn = ({ path, types }: Source, target: string) =>
			serviceOf(target) === "shared" ||
			target === `services/${serviceOf(path)}/contract.ts` ||
			target.startsWith(`services/${serviceOf(path)}/domain/`) ||
			(isContract(target) && types.has(target));
		expect(forbidden(domains, isOwn)).toEqual([]);
		expect(domains.flatMap(({ path, packages }) => packages.map((name) => `${path} → ${name}`))).toEqual([]);
	});

	it("point inwards: application knows no infrastructure, and nobody the service file", () => {
		const isInwards = (source: Source, target: string) =>
			!target.endsWith(".service.ts") &&
			!(layerOf(source.path) === "application" && layerOf(target) === "infrastructure");
		expect(forbidden(services, isInwards)).toEqual([]);
	});

	it("of the machinery know no service, only contracts.ts and shared types", () => {
		const isNeutral = (_source: Source, target: string) =>
			!target.startsWith("services/") || target === CONTRACTS || serviceOf(target) === "shared";
		expect(forbidden(mixins, isNeutral)).toEqual([]);
	});

	it("of the product never reach into tests", () => {
		expect(forbidden(product, (_source, target) => !target.startsWith("test/"))).toEqual([]);
	});

	it("make no circle", () => {
		expect(findCircle(product)).toBeNull();
		expect(findCircle(tests)).toBeNull();
	});

	it("that make a circle would be found", () => {
		const source = (path: string, ...imports: string[]): Source => ({
			path,
			text: "",
			code: "",
			imports,
			types: new Set(),
			packages: [],
		});
		const sources = [source("a", "b"), source("b", "c", "d"), source("c"), source("d", "e"), source("e", "b")];
		expect(findCircle(sources)).toEqual(["b", "d", "e", "b"]);
	});
});

describe("a domain", () => {
	it("is pure: no clock, no dice, no waiting, no process", () => {
		const impure = /\bawait\s|\basync\s|\bprocess\.|\bfetch\(|\bconsole\./;
		const domains = services.filter(({ path }) => layerOf(path) === "domain");
		expect(domains.length).toBeGreaterThan(10);
		expect(domains.filter(({ code }) => AMBIENT.test(code) || impure.test(code)).map(({ path }) => path)).toEqual([]);
	});
});

describe("time and chance", () => {
	it("come from the ports everywhere, so that a simulation controls them all", () => {
		const users = [...services, ...mixins].filter(({ path, text }) => !MAY_BE_AMBIENT.test(path) && AMBIENT.test(text));
		expect(users.map(({ path }) => path)).toEqual([]);
	});
});

describe("facts", () => {
	it("are committed, never emitted", () => {
		const emitters = services.filter(({ text }) => /\b(ctx|broker)\.(emit|broadcast|broadcastLocal)\(/.test(text));
		expect(emitters.map(({ path }) => path)).toEqual([]);
	});
});

describe("files", () => {
	it(`have at most ${LINES_MAX} lines`, () => {
		const scripts = filesEndingWith(".js", "public").map((path) => ({ path, text: readDocument(path) }));
		const long = [...product, ...tests, ...scripts].filter(({ text }) => text.trimEnd().split("\n").length > LINES_MAX);
		expect(long.map(({ path }) => path)).toEqual([]);
	});

	it.each(homes)("of %s include a README of 20 to 40 lines, and a contract if it promises anything", (home) => {
		const files = filesEndingWith("", `services/${home}`);
		const isSilent = !/^\t(actions|events): \{/m.test(readDocument(`services/${home}/${home}.service.ts`));
		expect(isSilent || files.includes(`services/${home}/contract.ts`)).toBe(true);
		expect(files.includes(`services/${home}/README.md`)).toBe(true);
		const lines = readDocument(`services/${home}/README.md`).trimEnd().split("\n").length;
		expect(lines).toBeGreaterThanOrEqual(20);
		expect(lines).toBeLessThanOrEqual(40);
	});

	it("of a service lie where its name says", () => {
		const schemas = services.filter(({ path }) => path.endsWith(".service.ts"));
		const misplaced = schemas.filter(({ path, text }) => {
			const name = serviceOf(path);
			return path !== `services/${name}/${name}.service.ts` || !text.includes(`name: "${name}"`);
		});
		expect(misplaced.map(({ path }) => path)).toEqual([]);
	});
});

describe("tests", () => {
	it("all run: none is skipped, focused or left for later", () => {
		const left = /\b(describe|it|test)\.(only|skip|todo|failing)\b|\b(xit|xdescribe|xtest|fit|fdescribe)\(/;
		const own = "test/unit/architecture.spec.ts";
		expect(tests.filter(({ path, text }) => path !== own && left.test(text)).map(({ path }) => path)).toEqual([]);
	});

	it("name every error code of every contract", async () => {
		const tables = await Promise.all(
			services
				.filter(({ path }) => /^services\/[^/]+\/contract\.ts$/.test(path))
				.map(async ({ path }) => (await import(`${ROOT}/${path}`)) as Readonly<Record<string, unknown>>),
		);
		const codes = tables.flatMap((exports) =>
			Object.entries(exports).flatMap(([name, table]) =>
				name.endsWith("Errors") ? Object.keys(table as object).map((code) => ({ name, code })) : [],
			),
		);
		const named = new Set(tests.flatMap(({ text }) => text.match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)*\b/g) ?? []));
		expect(codes.length).toBeGreaterThan(20);
		expect(codes.filter(({ code }) => !named.has(code))).toEqual([]);
	});
});
