import { DAY_MS } from "./dates.ts";
import { VendorRefusal } from "./errors.ts";

/** How long a key is remembered, from its first use. */
export const RETENTION_MS = 15 * DAY_MS;
/** Longer keys are refused. */
export const KEY_LENGTH_MAX = 300;

/** The first answer of a keyed request, kept byte for byte. */
export interface StoredAnswer {
	readonly at: number;
	readonly status: number;
	readonly body: string;
	readonly traceId: string;
}

/** What makes two requests the same: key, API key, method and URL. The body is deliberately no part of it. */
export function idempotencyIdentity(key: string, secretKey: string, method: string, url: string): string {
	return JSON.stringify([key, secretKey, method, url]);
}

/** The key of a request; null when there is none. Throws `INVALID_IDEMPOTENCY_KEY` when it is too long. */
export function checkIdempotencyKey(header: string | undefined): string | null {
	if (header === undefined || header === "") return null;
	if (header.length > KEY_LENGTH_MAX) throw new VendorRefusal("INVALID_IDEMPOTENCY_KEY");
	return header;
}

/** Whether a stored answer still counts; an older one makes the key new again. */
export function isFresh(stored: StoredAnswer, now: number): boolean {
	return now < stored.at + RETENTION_MS;
}

/** Successes and refusals are kept; a fault of the server or a "not now" is not an answer to keep. */
export function isKept(status: number): boolean {
	return status < 500 && status !== 409 && status !== 429;
}
