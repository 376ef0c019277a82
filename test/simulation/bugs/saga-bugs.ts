import type { Bug } from "./bug.ts";

const RUNNER = "mixins/saga/runner.ts";
const BEGIN = "const told = await this.#tell({ state: known(state), sequence }, command);";
const CLOSE = 'slotId(orderId, "close"), command)';

/** Mistakes of sagas and of the services behind their steps. */
export const sagaBugs: readonly Bug[] = [
	{
		name: "compensation-skipped-after-crash",
		what: "After a restart only sagas that go forward are taken up again.",
		checks: ["ended"],
		patches: [
			{
				file: RUNNER,
				find: "for (const { id } of page) if (this.#room.enter(id)) taken++;",
				put: 'for (const { id, state } of page) if (state.status === "STARTED" && this.#room.enter(id)) taken++;',
			},
		],
		seed: 124,
	},
	{
		name: "compensation-of-answered-steps-only",
		what: "A step that was not answered is not undone.",
		checks: ["agreement"],
		patches: [
			{
				file: "mixins/saga/next.ts",
				find: "{ begun, undone }: RunningSaga<Input>,",
				put: "{ done: begun, undone }: RunningSaga<Input>,",
			},
		],
		seed: 47,
	},
	{
		name: "late-forward-after-compensation",
		what: "Taking back points that were not earned yet does not keep them from being earned later.",
		checks: ["agreement"],
		patches: [
			{
				file: "services/points/application/purchase.ts",
				find: "found ?? (isAll(share) ? await cancelUnearned(desk, key) : null)",
				put: "found",
			},
		],
		seed: 48,
	},
	{
		name: "validation-error-taken-for-refusal",
		what: "A callee that cannot read a call counts as one that refuses it.",
		checks: ["refusal-was-said"],
		patches: [{ file: "mixins/saga/answers.ts", find: 'name !== "ValidationError" && ', put: "" }],
		seed: 7,
	},
	{
		name: "timeout-taken-for-refusal",
		what: "A step that is not answered in time counts as refused.",
		checks: ["refusal-was-said"],
		patches: [
			{
				file: "mixins/saga/performer.ts",
				find: '({ type: "miss", errorCode: "TIMEOUT" })',
				put: '({ type: "refuse", errorCode: "TIMEOUT" })',
			},
		],
		seed: 2,
	},
	{
		name: "saga-result-before-intent",
		what: "A step is called before its intent is stored.",
		checks: ["intent-first"],
		patches: [
			{
				file: RUNNER,
				find: BEGIN,
				put: `await this.#performer.ask(known(state), { step: next.step.name, direction: next.direction, attempt: 1, round: 1 }, sagaId); ${BEGIN}`,
			},
		],
		seed: 1,
	},
	{
		name: "stock-released-twice",
		what: "Every release gives the pieces back, also the second one of the same reservation.",
		checks: ["stock", "ended"],
		patches: [
			{
				file: "services/inventory/application/reservations.ts",
				find: CLOSE,
				put: "`${desk.commandId}:${desk.now()}:close`, command)",
			},
		],
		seed: 2,
	},
	{
		name: "points-doubled",
		what: "Points are given as often as they are asked for.",
		checks: ["points", "agreement"],
		patches: [
			{
				file: "services/points/application/purchase.ts",
				find: 'const before = await accounts.eventOf(userId, slotId(orderId, "earn"));\n\tif (before !== null) return earned(before, request);\n',
				put: "",
			},
			{
				file: "services/points/application/purchase.ts",
				find: 'accounts.tell(userId, slotId(orderId, "earn"), command)',
				put: "accounts.tell(userId, `${orderId}:${desk.now()}`, command)",
			},
		],
		seed: 1,
	},
	{
		name: "oversold",
		what: "A reservation looks at all pieces, not at those that are free.",
		checks: ["stock"],
		patches: [
			{
				file: "services/inventory/domain/stock.ts",
				find: "const available = state.quantity - state.reservedQuantity;\n\tif (quantity > available)",
				put: "const available = state.quantity;\n\tif (quantity > available)",
			},
		],
		seed: 39,
	},
];
