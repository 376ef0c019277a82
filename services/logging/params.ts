import * as rules from "../../mixins/rules.ts";

const HOURS_MAX = 720;
const RECENT_MAX = 500;
const WINDOW_MAX_MINUTES = 1_440;
const TAIL_MAX = 1_000;
const BACK_MAX = 2_000;

const correlationId = { type: "string", min: 1, max: 128, pattern: /^[A-Za-z0-9_.:-]+$/ } as const;
const name = { type: "string", min: 1, max: 64, pattern: /^[a-z][a-z0-9.-]*$/ } as const;
const sequence = { type: "number", integer: true, min: 1, max: Number.MAX_SAFE_INTEGER, optional: true } as const;
const place = { type: "number", integer: true, min: 0, max: Number.MAX_SAFE_INTEGER } as const;
const instant = {
	type: "string",
	max: 40,
	pattern: /^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/,
	optional: true,
} as const;
const count = (max: number) => ({ type: "number", integer: true, min: 1, max, optional: true }) as const;
/** An id of an aggregate: public ids, a product's id, a user's id. */
const streamId = { type: "string", min: 1, max: 128, pattern: /^[A-Za-z0-9_.:-]+$/ } as const;

export const trace = { $$strict: "remove", correlationId } as const;

export const recent = { $$strict: "remove", limit: count(RECENT_MAX), minutes: count(WINDOW_MAX_MINUTES) } as const;

export const metrics = {
	$$strict: "remove",
	hours: count(HOURS_MAX),
	fill: { type: "enum", values: ["true", "false"], optional: true },
} as const;

export const userEvents = { $$strict: "remove", userId: rules.id, limit: rules.limit, cursor: rules.cursor } as const;

export const search = { $$strict: "remove", id: streamId } as const;

export const tail = {
	$$strict: "remove",
	after: { ...place, optional: true },
	back: count(BACK_MAX),
	limit: count(TAIL_MAX),
	service: { ...name, optional: true },
	type: { ...name, optional: true },
	status: { type: "enum", values: ["SUCCESS", "FAILED", "PROCESSING", "COMPENSATED"], optional: true },
} as const;

/** One that nobody knows is not found. */
const kind = { type: "string", min: 1, max: 64, pattern: /^[A-Za-z0-9_-]+$/ } as const;

export const streamEvents = {
	$$strict: "remove",
	kind,
	id: streamId,
	after: { ...place, optional: true },
	limit: rules.limit,
} as const;

export const streamState = { $$strict: "remove", kind, id: streamId, sequence, at: instant } as const;

export const paymentHistory = { $$strict: "remove", paymentId: rules.id } as const;

export const paymentState = { $$strict: "remove", paymentId: rules.id, sequence, at: instant } as const;
