import type { GroupStatus } from "../../mixins/bus/port.ts";
import type { ParkedView } from "../node/contract.ts";
import type { OrderActions } from "../order/contract.ts";
import type { PaymentActions } from "../payment/contract.ts";
import type { HttpStatus } from "../shared/errors.ts";

export type { ParkedView } from "../node/contract.ts";

/** Statuses that only the gateway itself answers with. */
export type GatewayStatus = HttpStatus | 405 | 408 | 417 | 431 | 500;

/** What an administrator sees at a glance; a block whose service does not answer is null. Amounts in won. */
export interface DashboardView {
	message: string;
	access: "ADMIN_ONLY";
	users: number | null;
	orders: OrderActions["order.counts"]["result"] | null;
	payments: PaymentActions["payment.figures"]["result"] | null;
	generatedAt: string;
}

/** Actions of the gateway itself; all but the internal ones of other services stand in its routes table. */
export interface ApiActions {
	"api.dashboard": { params: null; result: DashboardView };
	/** How far every consumer group is, in whichever processes it runs. */
	"api.bus": { params: null; result: { items: readonly GroupStatus[] } };
	/** Parked events of a group, oldest first. */
	"api.parked": { params: { group: string; limit?: number }; result: { items: readonly ParkedView[] } };
	/** Tries a parked or dead event again now. */
	"api.replayParked": { params: { parkedId: string }; result: { replayed: true } };
	/** Gives a dead event up and lets its subject go on. */
	"api.skipParked": { params: { parkedId: string }; result: { skipped: true } };
	/** Moves the virtual clock by `ms` milliseconds; CLOCK_NOT_VIRTUAL on a real one. */
	"api.advanceClock": { params: { ms: number }; result: { now: string } };
}

/** Every way the gateway itself refuses. */
export const gatewayErrors = {
	VALIDATION_ERROR: 400,
	MALFORMED_REQUEST: 400,
	MALFORMED_JSON: 400,
	INVALID_IDEMPOTENCY_KEY: 400,
	CROSS_SITE_REQUEST: 403,
	UNAUTHENTICATED: 401,
	TOKEN_EXPIRED: 401,
	FORBIDDEN: 403,
	NOT_FOUND: 404,
	PARKED_EVENT_NOT_FOUND: 404,
	CLOCK_NOT_VIRTUAL: 404,
	METHOD_NOT_ALLOWED: 405,
	REQUEST_TIMED_OUT: 408,
	REQUEST_IN_PROGRESS: 409,
	PAYLOAD_TOO_LARGE: 413,
	UNSUPPORTED_MEDIA_TYPE: 415,
	EXPECTATION_FAILED: 417,
	IDEMPOTENCY_KEY_REUSED: 422,
	RATE_LIMITED: 429,
	TOO_MANY_STREAMS: 429,
	REQUEST_HEADERS_TOO_LARGE: 431,
	INTERNAL_ERROR: 500,
	SERVICE_UNAVAILABLE: 503,
	SERVICE_TIMEOUT: 504,
} as const satisfies Record<string, GatewayStatus>;
/** Codes of `gatewayErrors`. */
export type GatewayErrorCode = keyof typeof gatewayErrors;
