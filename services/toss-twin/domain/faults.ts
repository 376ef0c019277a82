import type { Body, Reader } from "./body.ts";
import { controlReader } from "./body.ts";
import { findVendorError } from "./error-catalogue.ts";

/** What a request does, for matching faults. */
export const OPERATIONS = [
	"confirm",
	"get",
	"cancel",
	"key-in",
	"virtual-account",
	"billing-issue",
	"billing-charge",
	"billing-delete",
	"cash-receipt",
	"cash-receipt-cancel",
	"records",
	"webhook",
	"settlement-row",
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What goes wrong. Refusals execute nothing; transport faults spoil the answer of something that did or did not run. */
export const FAULTS = [
	"decline",
	"error",
	"error-after",
	"slow",
	"late",
	"drop-before",
	"drop-after",
	"never",
	"wrong-amount",
	"wrong-order",
	"garbage",
	"truncate",
	"reset",
	"rate-limit",
	"processing",
	"webhook-lose",
	"webhook-duplicate",
	"webhook-reorder",
	"webhook-delay",
	"webhook-forge",
	"settlement-missing",
	"settlement-duplicate",
	"settlement-fee",
	"settlement-late",
] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface FaultMatch {
	readonly operation: Operation | null;
	readonly orderId: string | null;
	readonly paymentKey: string | null;
	readonly amount: number | null;
	readonly mId: string | null;
	readonly percentage: number | null;
}

/** `remaining` is null for a fault without end. */
export interface Fault {
	readonly id: number;
	readonly match: FaultMatch;
	readonly fault: FaultKind;
	readonly times: number | null;
	readonly remaining: number | null;
	readonly used: number;
	readonly code: string | null;
	readonly status: number | null;
	readonly ms: number;
	readonly amount: number | null;
	readonly orderId: string | null;
}

/** The request a fault is held against. */
export interface Occasion {
	readonly operation: Operation;
	readonly orderId: string | null;
	readonly paymentKey: string | null;
	readonly amount: number | null;
	readonly mId: string;
}

const MS_MAX = 3_600_000;
const DEFAULT_MS = 5_000;

/** Reads one fault of `POST /twin/faults`; throws a 400 with the field's name. */
export function faultOf(body: Body, id: number, prefix: string): Fault {
	const read = controlReader(body, prefix);
	const match = matchOf(read.optionalObject("match") ?? {}, `${prefix}match.`);
	const fault = read.oneOf("fault", FAULTS);
	const times = timesOf(read, match);
	return {
		id,
		match,
		fault,
		times,
		remaining: times,
		used: 0,
		code: codeOf(read, fault),
		status: boundedWon(read, "status", 400, 599),
		ms: boundedWon(read, "ms", 0, MS_MAX) ?? DEFAULT_MS,
		amount: read.optionalWon("amount", 0),
		orderId: read.optionalText("orderId", 1, 64),
	};
}

/** Once, unless it says otherwise; a percentage goes on until it is deleted. */
function timesOf(read: Reader, match: FaultMatch): number | null {
	if (read.optionalBoolean("always") === true) return null;
	return read.optionalWon("times", 1) ?? (match.percentage === null ? 1 : null);
}

function codeOf(read: Reader, fault: FaultKind): string | null {
	const code = read.optionalText("code", 1, 100);
	if (fault === "decline" && code !== null && findVendorError(code) === null)
		return read.refuse("code", "is no error code of the vendor");
	return code;
}

function boundedWon(read: Reader, name: string, min: number, max: number): number | null {
	const value = read.optionalWon(name, min);
	return value !== null && value > max ? read.refuse(name, `must be at most ${max}`) : value;
}

function matchOf(body: Body, prefix: string): FaultMatch {
	const read = controlReader(body, prefix);
	return {
		operation: read.optionalOneOf("operation", OPERATIONS),
		orderId: read.optionalText("orderId", 1, 64),
		paymentKey: read.optionalText("paymentKey", 1, 200),
		amount: read.optionalWon("amount", 0),
		mId: read.optionalText("mId", 1, 14),
		percentage: boundedWon(read, "percentage", 0, 100),
	};
}

/** Whether a fault goes off. `dice` is a number from 0 up to 100 and is thrown only for faults with a percentage. */
export function goesOff(fault: Fault, occasion: Occasion, dice: () => number): boolean {
	if (fault.remaining === 0) return false;
	if (placeOf(fault.fault) !== placeOf(occasion.operation)) return false;
	if (!matches(fault.match, occasion)) return false;
	return fault.match.percentage === null || dice() < fault.match.percentage;
}

function matches(match: FaultMatch, occasion: Occasion): boolean {
	const wanted = [match.operation, match.orderId, match.paymentKey, match.amount, match.mId];
	const given = [occasion.operation, occasion.orderId, occasion.paymentKey, occasion.amount, occasion.mId];
	return wanted.every((value, index) => value === null || value === given[index]);
}

/** One use of a fault. */
export function spend(fault: Fault): Fault {
	return { ...fault, used: fault.used + 1, remaining: fault.remaining === null ? null : fault.remaining - 1 };
}

/** Webhook faults only meet webhooks, settlement faults only settlement rows, all others only requests. */
function placeOf(name: FaultKind | Operation): "webhook" | "settlement" | "request" {
	if (name.startsWith("webhook")) return "webhook";
	return name.startsWith("settlement-") ? "settlement" : "request";
}
