import { startGateway, type GatewayBed } from "./gateway-bed.ts";

describe("the gateway", () => {
	let bed: GatewayBed;

	beforeAll(async () => {
		bed = await startGateway();
	});
	afterAll(() => bed.stop());

	it("calls an action with the body's named fields, the caller's identity and a command id", async () => {
		const token = await bed.tokenOf("mina");
		const told = await bed.ask({
			method: "POST",
			path: "/api/orders?amount=1",
			token,
			body: { productName: "Code review", amount: 5_000, userId: "USR_JUN", roles: ["ROLE_ADMIN"] },
			headers: { "x-correlation-id": "flow-1" },
		});
		expect(told.status).toBe(201);
		expect(told.headers["x-correlation-id"]).toBe("flow-1");
		expect(told.headers.location).toBe("/api/orders/ORD_1");
		expect(told.headers["cache-control"]).toBe("no-store");
		expect(told.json()).toMatchObject({ orderId: "ORD_1", userId: "USR_MINA" });
		const call = bed.calls.findLast(({ action }) => action === "order.create");
		expect(call?.params).toEqual({ productName: "Code review", amount: 5_000 });
		expect(call?.meta).toMatchObject({
			userId: "USR_MINA",
			roles: ["ROLE_USER"],
			sessionId: "SES_MINA",
			correlationId: "flow-1",
			clientAddress: "127.0.0.1",
		});
		expect(call?.commandId).toMatch(/^CMD_[0-9A-Z]{26}$/);
	});
});
