/** Crockford's base 32: no I, L, O, U, so that an id read aloud is read back right. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BODY_LENGTH = 26;
const TIME_LENGTH = 10;
const COMMAND_BODY = /^[A-Z]{3}_([0-9A-HJKMNP-TV-Z]{26})$/;

/** Kinds of public ids, by prefix. */
export type IdPrefix =
	"ORD" | "PAY" | "USR" | "SES" | "CMD" | "COR" | "EVT" | "MPY" | "SAG" | "STG" | "CNV" | "TWN" | "JOB" | "JNL" | "EXM";

/** Mints public ids: time-ordered, unique, unguessable. */
export interface Ids {
	/** A fresh id, e.g. `ORD_01JD3Z…` (prefix, 48 bits of time, 80 bits of randomness; 30 characters). */
	next(prefix: IdPrefix): string;
	/** The id that belongs to a command: the same for every repeat of that command, and time-ordered when the command id is. */
	derive(prefix: IdPrefix, commandId: string): string;
}

/** Ids from a source of time (ms), random bytes and a hash; all three are injected so that a seed replays them. */
export function createIds(
	now: () => number,
	randomBytes: (size: number) => Uint8Array,
	sha256: (text: string) => Uint8Array,
): Ids {
	return {
		next: (prefix) => `${prefix}_${encodeTime(now())}${encodeBytes(randomBytes(BODY_LENGTH - TIME_LENGTH))}`,
		derive(prefix, commandId) {
			const body = COMMAND_BODY.exec(commandId)?.[1];
			return `${prefix}_${body ?? encodeBytes(sha256(commandId).subarray(0, BODY_LENGTH))}`;
		},
	};
}

function encodeTime(ms: number): string {
	let rest = ms;
	let text = "";
	for (let place = 0; place < TIME_LENGTH; place++) {
		text = ALPHABET.charAt(rest % 32) + text;
		rest = Math.floor(rest / 32);
	}
	return text;
}

function encodeBytes(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) text += ALPHABET.charAt(byte & 31);
	return text;
}
