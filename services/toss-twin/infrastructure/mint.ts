import { seoulStamp } from "../domain/dates.ts";
import type { Mint } from "../domain/payment.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Makes keys in the vendor's shapes out of random bytes; the time in a payment key keeps inserts in order. */
export function createMint(randomBytes: (size: number) => Uint8Array): Mint {
	const letters = (count: number): string => {
		let text = "";
		// 64 letters take exactly six bits of a byte each, so none is more likely than another.
		for (const byte of randomBytes(count)) text += LETTERS.charAt(byte & 63);
		return text;
	};
	return {
		paymentKey: (mId, at) => `${mId.slice(0, 5)}${seoulStamp(at)}${letters(12)}`,
		transactionKey: () => Buffer.from(randomBytes(16)).toString("hex").toUpperCase(),
		depositSecret: () => `ps_${letters(28)}`,
		token: letters,
		digits: (count) => {
			let text = "";
			for (const byte of randomBytes(count)) text += String(byte % 10);
			return text;
		},
	};
}
