import { join } from "node:path";
import { faultPointsOf } from "../../mixins/saga/plan.ts";
import { checkout } from "../../services/saga/application/checkout.ts";
import { temporaryFolder } from "../support/broker.ts";
import { freePorts, startTwinProcess, type SystemProcess } from "../support/process.ts";
import { nameOf } from "../support/saga/cells.ts";
import { run, type DoomedPurchase, type Remains } from "../support/saga/deaths.ts";

const IN_STOCK = "PROD-TEST-002";
const SOLD_OUT = "PROD-TEST-003";
const PIECES = 50;
/** Points of one purchase that stands. */
const POINTS = 100;
/** What only an order that was confirmable so far has to give back. */
const HELD = ["points", "stock"];
/** On an idle machine it takes half a minute. */
const RUN_MAX_MS = 180_000;

/** Every fault point of the definition once, with a purchase that passes it. */
const DEATHS: readonly DoomedPurchase[] = faultPointsOf(checkout).map((point) => {
	const isUndone = point.direction === "compensation";
	const isAbandoned = isUndone && HELD.includes(point.step);
	return { point: nameOf(point), productId: isUndone && !isAbandoned ? SOLD_OUT : IN_STOCK, isAbandoned };
});

interface Fate {
	readonly point: string;
	readonly orderId: string;
	readonly signal: NodeJS.Signals | null;
}

interface Movement {
	readonly orderId: string;
	readonly amount: number;
}

/** The deaths come one after the other; each process goes on with what the ones before it have left. */
async function live(folder: string, twinUrl: string, deaths: readonly DoomedPurchase[]) {
	const fates: Fate[] = [];
	for (const purchase of deaths) {
		const { signal, said } = await run({ dataDir: folder, twinUrl, purchase });
		const { dead, orderId } = said as { dead: string; orderId: string };
		fates.push({ point: dead, orderId, signal });
	}
	const { said } = await run({ dataDir: folder, twinUrl, purchase: null });
	return { fates, remains: said as Remains };
}

describe(`a process that is killed at each of the checkout's ${DEATHS.length} fault points`, () => {
	const folder = temporaryFolder();
	let twin: SystemProcess;
	let lives: Awaited<ReturnType<typeof live>>[];
	let books: { readonly charges: readonly Movement[]; readonly refunds: readonly Movement[] };

	beforeAll(async () => {
		const [port = 0] = await freePorts(1);
		twin = await startTwinProcess({ dataDir: join(folder.path, "twin"), port });
		lives = await Promise.all(
			[0, 1].map((half) =>
				live(
					join(folder.path, `platform-${half}`),
					twin.url,
					DEATHS.filter((_death, index) => index % 2 === half),
				),
			),
		);
		books = (await (await fetch(`${twin.url}/twin/books`)).json()) as typeof books;
	}, RUN_MAX_MS);
	afterAll(async () => {
		await twin.stop();
		folder.remove();
	});

	const fates = () => lives.flatMap((life) => life.fates);
	const stateOf = (orderId: string) => lives.flatMap(({ remains }) => remains.orders[orderId] ?? [])[0];

	it("died there, by SIGKILL", () => {
		expect(DEATHS.length).toBeGreaterThanOrEqual(20);
		expect(fates().map(({ point, signal }) => [point, signal])).toEqual(
			[...DEATHS.filter((_death, index) => index % 2 === 0), ...DEATHS.filter((_death, index) => index % 2 === 1)].map(
				({ point }) => [point, "SIGKILL"],
			),
		);
	});

	it.each(DEATHS.map(({ point }) => point))("%s: everything, or nothing", (point) => {
		const { orderId = "" } = fates().find((fate) => fate.point === point) ?? {};
		const moved = (movements: readonly Movement[]) => movements.filter((movement) => movement.orderId === orderId);
		const { order, payment, saga, reservations } = stateOf(orderId) ?? {};
		const found = { order, payment, saga, charges: moved(books.charges).length, refunds: moved(books.refunds).length };
		if (point.includes("/compensation/")) {
			expect(found).toEqual({ order: "CANCELLED", payment: "CANCELLED", saga: "COMPENSATED", charges: 1, refunds: 1 });
			expect(reservations).not.toContain("RESERVED");
			expect(reservations).not.toContain("CONFIRMED");
		} else {
			expect(found).toEqual({ order: "CONFIRMED", payment: "APPROVED", saga: "COMPLETED", charges: 1, refunds: 0 });
			expect(reservations).toEqual(["CONFIRMED"]);
		}
	});

	it("leaves sound books: stock, points and ledger", () => {
		for (const { remains } of lives) {
			const confirmed = Object.values(remains.orders).filter(({ order }) => order === "CONFIRMED").length;
			expect(remains).toMatchObject({ broken: [], balance: confirmed * POINTS, isLedgerSound: true });
			expect(confirmed).toBeLessThan(PIECES);
		}
	});
});
