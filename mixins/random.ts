import { randomBytes } from "node:crypto";
import type { RandomBytes } from "./runtime.ts";

const POOL_BYTES = 8_192;
/** Bigger wishes go to the system directly. */
const POOLED_MAX = 64;

/** The system's randomness, fetched in bulk: an id costs a slice instead of a call into the operating system. No byte is given twice. */
export function systemRandom(fetch: RandomBytes = (size) => randomBytes(size)): RandomBytes {
	let pool = fetch(POOL_BYTES);
	let used = 0;
	return (size) => {
		if (size > POOLED_MAX) return fetch(size);
		if (used + size > POOL_BYTES) {
			pool = fetch(POOL_BYTES);
			used = 0;
		}
		used += size;
		return pool.subarray(used - size, used);
	};
}
