import { FACTS_MAX, gather, type Sources } from "../../../services/story/application/gather.ts";
import { isAbout, type Fact } from "../../../services/story/domain/fact.ts";
import { sightOf } from "../../../services/story/domain/sight.ts";
import { envelope } from "../../support/envelopes.ts";
import { ORDER, PAYMENT, Pen, posting, SAGA } from "./support.ts";

const stored = (kind: string, subject: string, type: string, sequence: number, data: object = {}) => ({
	...envelope({ kind, subject, type, data: { orderId: ORDER, ...data } }, sequence),
	correlationid: kind === "saga" ? `COR_${subject}` : "COR_1",
});

function sources(parts: Partial<Sources> = {}): Sources {
	return {
		stream: async (kind, id) => {
			if (kind === "order") return [stored(kind, id, "order.created", 1), stored(kind, id, "order.pending", 2)];
			if (kind === "payment") return [stored(kind, id, "payment.created", 1)];
			return [stored(kind, id, "saga.started", 1, { reference: ORDER })];
		},
		event: async () => null,
		trace: async () => [],
		postings: async () => [],
		paymentIdOf: async () => PAYMENT,
		checkoutOf: async () => SAGA,
		...parts,
	};
}

describe("what belongs to a story", () => {
	it("is the order, its payment, its saga, and what their requests set off", async () => {
		const asked: string[] = [];
		const reserved = new Pen().write("stock", "inventory.reserved").facts;
		const trace = async (id: string): Promise<readonly Fact[]> => {
			asked.push(id);
			return id === "COR_1" ? reserved : [];
		};
		const { facts, sagaIds, isComplete } = await gather(sources({ trace }), ORDER);
		expect(facts.map(({ type }) => type)).toEqual([
			"order.created",
			"order.pending",
			"payment.created",
			"saga.started",
			"inventory.reserved",
		]);
		expect(asked.sort()).toEqual(["COR_1", `COR_${SAGA}`]);
		expect({ sagaIds, isComplete }).toEqual({ sagaIds: [SAGA], isComplete: true });
	});

	it("is not what only shares the correlation id", async () => {
		const foreign = new Pen().write(
			"order",
			"order.created",
			{ orderId: "ORD_OTHER" },
			{ eventId: "order:ORD_OTHER:1" },
		);
		const { facts } = await gather(sources({ trace: async () => foreign.facts }), ORDER);
		expect(facts.map(({ eventId }) => eventId)).not.toContain("order:ORD_OTHER:1");
	});

	it("names the order or its payment, anywhere a saga may name them", () => {
		const fact = (data: object) => new Pen().write("saga", "saga.started", { orderId: null, ...data }).facts[0] as Fact;
		const subject = { orderId: ORDER, paymentId: PAYMENT };
		const naming = [{ reference: ORDER }, { input: { orderId: ORDER } }, { input: { paymentId: PAYMENT } }];
		expect(naming.map((data) => isAbout(fact(data), subject))).toEqual([true, true, true]);
		expect(isAbout(fact({ reference: "ORD_OTHER" }), subject)).toBe(false);
		expect(isAbout(fact({ paymentId: null }), { orderId: ORDER, paymentId: null })).toBe(false);
	});

	it("includes a refund's saga that only a trace knows, as a whole", async () => {
		const begun = new Pen().write(
			...(["saga", "saga.started", { reference: ORDER }, { aggregateId: "SAG_R", eventId: "saga:SAG_R:1" }] as const),
		);
		const { facts, sagaIds } = await gather(
			sources({ trace: async () => begun.facts, checkoutOf: async () => null }),
			ORDER,
		);
		expect(sagaIds).toEqual(["SAG_R"]);
		expect(facts.filter(({ eventId }) => eventId === "saga:SAG_R:1")).toHaveLength(1);
	});

	it("includes events that the books name and no trace has", async () => {
		const cause = "points-account:USR_1:4";
		const { facts } = await gather(
			sources({
				postings: async () => [posting(cause, "2030-01-07T00:00:00.000Z")],
				event: async () => stored("points-account", "USR_1", "points.awarded", 4),
			}),
			ORDER,
		);
		expect(facts.at(-1)?.eventId).toBe(cause);
	});

	it.each([
		["the log", { trace: async () => null }],
		["the books", { postings: async () => null }],
	])("is known to be incomplete without %s", async (_, parts) => {
		expect((await gather(sources(parts), ORDER)).isComplete).toBe(false);
	});

	it("has a limit, and says so", async () => {
		const stream = async (kind: string, id: string) =>
			Array.from({ length: kind === "order" ? FACTS_MAX + 1 : 1 }, (_, index) =>
				stored(kind, id, "order.pending", index + 1),
			);
		const { facts, isComplete } = await gather(sources({ stream }), ORDER);
		expect(facts).toHaveLength(FACTS_MAX);
		expect(isComplete).toBe(false);
	});
});

describe("who sees what", () => {
	const owner = { userId: "USR_1", roles: ["ROLE_USER"] };
	const codeOf = (act: () => unknown): unknown => {
		try {
			return act();
		} catch (error) {
			return (error as { code?: string }).code;
		}
	};

	it("is plain for the owner, and full for operators unless they ask for less", () => {
		expect(sightOf(owner, "USR_1", undefined)).toBe("plain");
		for (const role of ["ROLE_ADMIN", "ROLE_OPERATOR"]) {
			expect(sightOf({ userId: "USR_9", roles: [role] }, "USR_1", undefined)).toBe("full");
			expect(sightOf({ userId: "USR_9", roles: [role] }, "USR_1", "plain")).toBe("plain");
		}
	});

	it("is nothing for others, whatever they ask for", () => {
		expect(codeOf(() => sightOf({}, "USR_1", undefined))).toBe("UNAUTHENTICATED");
		expect(codeOf(() => sightOf({ ...owner, userId: "USR_2" }, "USR_1", "full"))).toBe("ORDER_NOT_FOUND");
		expect(codeOf(() => sightOf(owner, "USR_1", "full"))).toBe("FORBIDDEN");
	});
});
