import { CLAIM_KIND } from "../../../services/api/idempotency/records.ts";
import { temporaryFolder } from "../../support/broker.ts";
import { gate, order, until } from "./claim-bed.ts";
import { startGateway, type BedOptions, type GatewayBed } from "./gateway-bed.ts";
import type { Answers } from "./stubs.ts";
import { createSigner } from "./tokens.ts";

const BODY = { productName: "Code review", amount: 5_000 };

/** Moves time on until the answer is there. */
async function whileAdvancing<T>(bed: GatewayBed, stepMs: number, answer: Promise<T>): Promise<T> {
	const state = { isWaiting: true };
	const told = answer.finally(() => (state.isWaiting = false));
	while (state.isWaiting) await bed.platform.advance(stepMs);
	return await told;
}

describe("an open claim", () => {
	const slow = (options: BedOptions) => startGateway({ clock: "virtual", ...options });

	it("makes an equal request wait ten seconds and no longer", async () => {
		const { opened, open } = gate();
		const bed = await slow({
			answers: {
				"order.create": async (_params, ctx) => {
					await opened;
					return order("ORD_1", ctx.meta.userId ?? "");
				},
			},
		});
		const token = await bed.tokenOf("mina");
		const create = () =>
			bed.ask({ method: "POST", path: "/api/orders", token, body: BODY, headers: { "idempotency-key": "slow" } });
		const first = create();
		await until(() => bed.calls.some(({ action }) => action === "order.create"));
		const second = create();
		const told = await whileAdvancing(bed, 500, second);
		expect([told.status, told.json().code, told.headers["retry-after"]]).toEqual([409, "REQUEST_IN_PROGRESS", "2"]);
		open();
		expect((await first).status).toBe(201);
		expect((await create()).headers["idempotency-replayed"]).toBe("true");
		await bed.stop();
	});

	it("survives a crash between the action and the answer: the repeat has the same command id", async () => {
		const folder = temporaryFolder();
		const signer = await createSigner();
		const crash = new Error("the process died here");
		const make: Answers = { "order.create": (_params, ctx) => order("ORD_1", ctx.meta.userId ?? "") };
		const before = await slow({ dataDir: folder.path, signer, answers: make });
		const { store } = before.platform.runtime;
		const commit = store.commit.bind(store);
		jest.spyOn(store, "commit").mockImplementation((items) => {
			const isAnswer = items.some(
				({ kind, state }) => kind === CLAIM_KIND && "answer" in state && state.answer !== null,
			);
			return isAnswer ? Promise.reject(crash) : commit(items);
		});
		const send = async (bed: GatewayBed) =>
			bed.ask({
				method: "POST",
				path: "/api/orders",
				token: await bed.tokenOf("mina"),
				body: BODY,
				headers: { "idempotency-key": "crash-1" },
			});
		expect((await send(before)).status).toBe(500);
		const [first] = before.calls.filter(({ action }) => action === "order.create");
		await before.stop();

		const after = await slow({ dataDir: folder.path, signer, answers: make });
		const told = await whileAdvancing(after, 200, send(after));
		expect([told.status, told.headers["idempotency-replayed"]]).toEqual([201, undefined]);
		const [second] = after.calls.filter(({ action }) => action === "order.create");
		expect(second?.commandId).toBe(first?.commandId);
		expect((await send(after)).headers["idempotency-replayed"]).toBe("true");
		await after.stop();
		folder.remove();
	});

	it("of another process is waited for, and taken over after its deadline", async () => {
		const bed = await slow({});
		const { store, clock } = bed.platform.runtime;
		const token = await bed.tokenOf("mina");
		const create = (body: object = BODY) =>
			bed.ask({ method: "POST", path: "/api/orders", token, body, headers: { "idempotency-key": "other-process" } });
		const runs = () => bed.calls.filter(({ action }) => action === "order.create");
		await create();
		const [claim] = await store.find(CLAIM_KIND, { direction: "asc", limit: 1, range: { field: "expiresAt" } });
		if (claim === undefined) throw new Error("no claim");
		const open = { ...claim.state, answer: null, deadline: clock.now() + 8_000 };
		await store.commit([
			{ kind: CLAIM_KIND, id: claim.id, expectedVersion: claim.version, state: open, events: [], commands: [] },
		]);

		expect((await create({ ...BODY, amount: 1 })).status).toBe(422);
		const startedAt = clock.now();
		const told = await whileAdvancing(bed, 100, create());
		expect([told.status, told.headers["idempotency-replayed"]]).toEqual([201, undefined]);
		expect(clock.now() - startedAt).toBeGreaterThanOrEqual(8_000);
		expect(runs()).toHaveLength(2);
		expect(runs()[1]?.commandId).toBe(runs()[0]?.commandId);
		await bed.stop();
	});

	it("is forgotten after thirty days, and its key is new again", async () => {
		const bed = await slow({});
		const token = async () => bed.tokenOf("mina");
		const create = async () =>
			bed.ask({
				method: "POST",
				path: "/api/orders",
				token: await token(),
				body: BODY,
				headers: { "idempotency-key": "old" },
			});
		await create();
		const claims = () => bed.platform.runtime.store.count(CLAIM_KIND);
		await bed.platform.advance(29 * 86_400_000);
		expect((await create()).headers["idempotency-replayed"]).toBe("true");
		expect(await claims()).toBe(1);
		await bed.platform.advance(86_400_000 + 1_200_000);
		await until(async () => (await claims()) === 0);
		expect((await create()).headers["idempotency-replayed"]).toBeUndefined();
		const [first, second] = bed.calls.filter(({ action }) => action === "order.create");
		expect(second?.commandId).not.toBe(first?.commandId);
		await bed.stop();
	});
});
