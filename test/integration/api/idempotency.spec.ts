import { CLAIM_KIND } from "../../../services/api/idempotency/records.ts";
import { gate, order, until } from "./claim-bed.ts";
import { startGateway, type GatewayBed } from "./gateway-bed.ts";
import { refuse, type Answers } from "./stubs.ts";

const BODY = { productName: "Code review", amount: 5_000 };

describe("an idempotency key", () => {
	let bed: GatewayBed;
	let token = "";
	let answer: NonNullable<Answers["order.create"]>;
	let count = 0;
	const runs = () => bed.calls.filter(({ action }) => action === "order.create");
	const create = (key: string, body: unknown = BODY, headers: Record<string, string> = {}) =>
		bed.ask({ method: "POST", path: "/api/orders", token, body, headers: { "idempotency-key": key, ...headers } });

	const numbered = (): NonNullable<Answers["order.create"]> => (_params, ctx) =>
		order(`ORD_${++count}`, ctx.meta.userId ?? "");
	beforeAll(async () => {
		bed = await startGateway({ answers: { "order.create": (params, ctx) => answer(params, ctx) } });
		token = await bed.tokenOf("mina");
	});
	beforeEach(() => {
		answer = numbered();
		bed.calls.length = 0;
	});
	afterAll(() => bed.stop());

	it("makes a repeat answer with the first answer's bytes", async () => {
		const first = await create("key-1");
		const second = await create(
			"key-1",
			{ amount: 5_000, productName: "Code review" },
			{ "x-correlation-id": "second" },
		);
		expect([first.status, second.status]).toEqual([201, 201]);
		expect(second.text).toBe(first.text);
		expect(second.headers.location).toBe(first.headers.location);
		expect(second.headers["content-type"]).toBe(first.headers["content-type"]);
		expect([first.headers["idempotency-replayed"], second.headers["idempotency-replayed"]]).toEqual([
			undefined,
			"true",
		]);
		expect(second.headers["x-correlation-id"]).toBe("second");
		expect(runs()).toHaveLength(1);
	});

	it("belongs to one body, one route and one user", async () => {
		await create("key-2");
		const other = await create("key-2", { ...BODY, amount: 6_000 });
		expect([other.status, other.json().code]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
		const jun = await bed.ask({
			method: "POST",
			path: "/api/orders",
			token: await bed.tokenOf("jun"),
			body: BODY,
			headers: { "idempotency-key": "key-2" },
		});
		expect([jun.status, jun.headers["idempotency-replayed"]]).toEqual([201, undefined]);
		const cancel = (orderId: string) =>
			bed.ask({
				method: "POST",
				path: `/api/orders/${orderId}/cancel`,
				token,
				body: { reason: "no" },
				headers: { "idempotency-key": "key-2" },
			});
		expect((await cancel("ORD_OF_USR_MINA")).status).toBe(200);
		expect((await cancel("ORD_OF_USR_MINB")).status).toBe(422);
	});

	it("makes fifty parallel requests one", async () => {
		const { opened, open } = gate();
		const make = numbered();
		answer = async (params, ctx) => {
			await opened;
			return await make(params, ctx);
		};
		const asked = Array.from({ length: 50 }, () => create("key-50"));
		await until(() => runs().length === 1);
		open();
		const told = await Promise.all(asked);
		expect(new Set(told.map(({ text }) => text)).size).toBe(1);
		expect(new Set(told.map(({ status }) => status))).toEqual(new Set([201]));
		expect(told.filter(({ headers }) => headers["idempotency-replayed"] === "true")).toHaveLength(49);
		expect(runs()).toHaveLength(1);
	});

	it("refuses another body while the first is under way", async () => {
		const { opened, open } = gate();
		const make = numbered();
		answer = async (params, ctx) => {
			await opened;
			return await make(params, ctx);
		};
		const first = create("key-busy");
		await until(() => runs().length === 1);
		expect((await create("key-busy", { ...BODY, amount: 7_000 })).status).toBe(422);
		open();
		expect((await first).status).toBe(201);
	});

	it("does not remember what failed validation: the corrected request may use it", async () => {
		expect((await create("key-3", { productName: "A", amount: "x" })).status).toBe(400);
		expect((await create("key-3")).status).toBe(201);
	});

	it("remembers a refusal", async () => {
		answer = () => refuse(404, "PRODUCT_NOT_FOUND");
		const first = await create("key-4");
		answer = numbered();
		const second = await create("key-4");
		expect([first.status, second.status]).toEqual([404, 404]);
		expect(second.text).toBe(first.text);
		expect(second.headers["idempotency-replayed"]).toBe("true");
		expect(second.headers["content-type"]).toBe("application/problem+json");
		expect(runs()).toHaveLength(1);
	});

	it.each([
		["an outage", () => new Error("lost"), 500],
		["a conflict", () => Object.assign(new Error(), { name: "MoleculerClientError", type: "CONFLICT" }), 409],
	])("does not remember %s: a repeat runs again with the same command id", async (name, error, status) => {
		const key = `key-${name.replace(" ", "-")}`;
		answer = () => {
			throw error();
		};
		expect((await create(key)).status).toBe(status);
		answer = numbered();
		const again = await create(key);
		expect([again.status, again.headers["idempotency-replayed"]]).toEqual([201, undefined]);
		const [first, second] = runs();
		expect(first?.commandId).toMatch(/^CMD_/);
		expect(second?.commandId).toBe(first?.commandId);
		expect((await create(key)).headers["idempotency-replayed"]).toBe("true");
	});

	it.each(["", "has blank", "x".repeat(256), "t\u00e4st"])("must be visible ASCII (%j)", async (key) => {
		const told = await create(key);
		expect([told.status, told.json().code]).toEqual([400, "INVALID_IDEMPOTENCY_KEY"]);
		expect(runs()).toEqual([]);
	});

	it("takes the longest and oddest of them", async () => {
		expect((await create(`{"'<>&;=%${"x".repeat(246)}`)).status).toBe(201);
	});

	it("that is missing gives every request a command id of its own", async () => {
		const send = () => bed.ask({ method: "POST", path: "/api/orders", token, body: BODY });
		await send();
		await send();
		const [first, second] = runs();
		expect(first?.commandId).toMatch(/^CMD_/);
		expect(second?.commandId).not.toBe(first?.commandId);
	});

	it("does not keep credentials: a repeated login is a login", async () => {
		const login = () =>
			bed.ask({
				method: "POST",
				path: "/api/auth/login",
				body: { username: "mina", password: "password123" },
				headers: { "idempotency-key": "login-1" },
			});
		await login();
		expect((await login()).headers["idempotency-replayed"]).toBeUndefined();
		expect(bed.calls.filter(({ action }) => action === "auth.login")).toHaveLength(2);
	});

	it("keeps no personal data in the clear, and no key", async () => {
		await create("key-secret-1", { ...BODY, customerName: "Canary-7" });
		const claims = await bed.platform.runtime.store.find(CLAIM_KIND, {
			direction: "asc",
			limit: 100,
			range: { field: "expiresAt" },
		});
		expect(claims.length).toBeGreaterThan(5);
		expect(JSON.stringify(claims)).not.toMatch(/Canary|mina@example|key-secret|USR_MINA/);
	});
});
