import { createFaults } from "../../../services/toss-twin/application/fault-box.ts";
import type { RecordStore } from "../../../services/toss-twin/application/ports.ts";
import { jsonAnswer } from "../../../services/toss-twin/server/answer.ts";
import { serveControl } from "../../../services/toss-twin/server/control.ts";
import type { ControlDeps, ControlRoute } from "../../../services/toss-twin/server/control.ts";
import type { Request } from "../../../services/toss-twin/server/http.ts";
import type { Fault } from "../../../services/toss-twin/domain/faults.ts";

const request = (isLocal: boolean): Request => ({
	method: "GET",
	url: "/twin/books",
	path: "/twin/books",
	query: "",
	headers: {},
	body: "",
	isLocal,
});
const route = (isPublic: boolean): ControlRoute => ({ kind: "read", isPublic, handle: () => jsonAnswer(200, {}) });

describe("the control API", () => {
	const reports: unknown[] = [];
	const deps = (isOpenToAll: boolean) =>
		({ isOpenToAll, report: (error: unknown) => void reports.push(error) }) as unknown as ControlDeps;
	const ask = async (isOpenToAll: boolean, isLocal: boolean, isPublic: boolean) =>
		(await serveControl(deps(isOpenToAll), request(isLocal), route(isPublic), {})).status;

	it("answers to this machine, to everybody through the public doors, and to all when opened", async () => {
		expect(await ask(false, true, false)).toBe(200);
		expect(await ask(false, false, false)).toBe(403);
		expect(await ask(false, false, true)).toBe(200);
		expect(await ask(true, false, false)).toBe(200);
	});

	it("does not tell what went wrong inside, but reports it", async () => {
		const bug = new Error("at /secret/path");
		const broken: ControlRoute = {
			kind: "read",
			handle: () => {
				throw bug;
			},
		};
		const answer = await serveControl(deps(false), request(true), broken, {});
		expect(answer.status).toBe(500);
		expect(answer.body).not.toContain("secret");
		expect(reports).toEqual([bug]);
	});
});

describe("the fault list", () => {
	it("forgets spent faults when it is full, and refuses more than it can hold", () => {
		const stored = new Map<number, Fault>();
		const records = {
			faults: () => [],
			saveFault: (fault: Fault) => void stored.set(fault.id, fault),
			clearFaults: () => stored.clear(),
		} as unknown as RecordStore;
		const faults = createFaults(records, () => 0);
		const occasion = { operation: "get", orderId: null, paymentKey: null, amount: null, mId: "m" } as const;
		for (let round = 0; round < 1500; round++) {
			faults.add([{ fault: "error" }]);
			expect(faults.pick(occasion)).not.toBeNull();
		}
		expect(faults.isEmpty).toBe(true);
		expect(stored.size).toBeLessThanOrEqual(1000);
		const many = Array.from({ length: 1001 }, () => ({ fault: "error" }));
		expect(() => faults.add(many)).toThrow("At most 1000");
	});
});
