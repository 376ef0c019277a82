import type { Service } from "moleculer";
import type { SagaDeps } from "../../../mixins/saga.mixin.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import points from "../../../services/points/points.service.ts";
import { startPlatform, temporaryFolder, type TestPlatform } from "../../support/broker.ts";
import example, { goodwill } from "../../support/saga/goodwill.ts";

const USER = { userId: "USR_1" };
const PLENTY = "PROD-TEST-001";

interface Bed extends TestPlatform {
	give(caseId: string, productId: string): Promise<string>;
	status(sagaId: string): Promise<string>;
}

async function start(options: { env?: Record<string, string>; dataDir?: string } = {}): Promise<Bed> {
	const platform = await startPlatform({ services: [inventory, points, example], clock: "virtual", ...options });
	const service = platform.broker.getLocalService("goodwill") as unknown as Service & SagaDeps;
	const sagas = service.sagas.of(goodwill);
	return {
		...platform,
		async give(caseId, productId) {
			const sagaId = `SAG_${caseId.slice(4)}`;
			const context = { commandId: caseId, correlationId: "COR_1", causationId: caseId, actor: "USR_ADMIN" };
			await sagas.start(sagaId, { caseId, productId, userId: USER.userId, amount: 5_000 }, context);
			await sagas.settled(sagaId);
			return sagaId;
		},
		async status(sagaId) {
			await sagas.settled(sagaId);
			return (await sagas.read(sagaId)).status;
		},
	};
}

describe("the example of the documentation, on a real broker", () => {
	it("gives a present and points for it", async () => {
		const bed = await start();
		expect(await bed.status(await bed.give("ORD_000000000001", PLENTY))).toBe("COMPLETED");
		expect(await bed.call("inventory.get", { productId: PLENTY })).toMatchObject({ quantity: 99, available: 99 });
		expect(await bed.call("points.my", null, { meta: USER })).toMatchObject({ balance: 50 });
		await bed.stop();
	});

	it("gives neither when the points cannot be had", async () => {
		const bed = await start({ env: { POINT_FAILURES: USER.userId } });
		const sagaId = await bed.give("ORD_000000000002", PLENTY);
		for (let seconds = 0; (await bed.status(sagaId)) !== "COMPENSATED" && seconds < 60; seconds++)
			await bed.advance(1_000);
		expect(await bed.status(sagaId)).toBe("COMPENSATED");
		expect(await bed.call("inventory.get", { productId: PLENTY })).toMatchObject({ quantity: 100, available: 100 });
		expect(await bed.call("points.my", null, { meta: USER })).toMatchObject({ balance: 0 });
		await bed.stop();
	});

	it("goes on after a restart with what was left", async () => {
		const folder = temporaryFolder();
		const first = await start({ env: { POINT_FAILURES: USER.userId }, dataDir: folder.path });
		const sagaId = await first.give("ORD_000000000003", PLENTY);
		expect(await first.status(sagaId)).toBe("STARTED");
		await first.stop();
		const second = await start({ dataDir: folder.path });
		for (let seconds = 0; (await second.status(sagaId)) !== "COMPLETED" && seconds < 60; seconds++)
			await second.advance(1_000);
		expect(await second.status(sagaId)).toBe("COMPLETED");
		await second.stop();
		folder.remove();
	});
});
