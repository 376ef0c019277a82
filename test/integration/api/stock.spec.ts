import { startGateway, type GatewayBed } from "./gateway-bed.ts";

describe("the doors of the stock", () => {
	let bed: GatewayBed;
	let token = "";
	beforeAll(async () => {
		bed = await startGateway();
		token = await bed.tokenOf("admin");
	});
	beforeEach(() => {
		bed.calls.length = 0;
	});
	afterAll(() => bed.stop());

	const patch = (body: unknown, key?: string) =>
		bed.ask({
			method: "PATCH",
			path: "/api/inventory/PROD-TEST-001",
			token,
			body,
			...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
		});
	const runs = () => bed.calls.filter(({ action }) => action === "inventory.adjust");

	it("change it once under an idempotency key, however often the request comes", async () => {
		const first = await patch({ delta: 10 }, "stock-1");
		const again = await patch({ delta: 10 }, "stock-1");
		expect([first.status, again.status, again.headers["idempotency-replayed"]]).toEqual([200, 200, "true"]);
		expect(again.text).toBe(first.text);
		expect(runs().map(({ params }) => params)).toEqual([{ productId: "PROD-TEST-001", delta: 10 }]);
		expect((await patch({ delta: 11 }, "stock-1")).json().code).toBe("IDEMPOTENCY_KEY_REUSED");
	});

	it("take a change without a key as a new one each time", async () => {
		await patch({ delta: 10 });
		await patch({ delta: 10 });
		const commandIds = new Set(runs().map(({ commandId }) => commandId));
		expect(commandIds.size).toBe(2);
	});

	it("say where a new product's stock is", async () => {
		const body = { productId: "NEW-1", productName: "새 상품", quantity: 5 };
		const told = await bed.ask({ method: "POST", path: "/api/inventory", token, body });
		expect([told.status, told.headers.location]).toEqual([201, "/api/inventory/NEW-1"]);
	});
});
