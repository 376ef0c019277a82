import type { LedgerActions, Verification } from "../contract.ts";
import { invalid } from "./cursor.ts";
import { verifyBook, type Noted, type VerifyOptions } from "./verify.ts";

/** Runs verifications, each once at a time: whoever asks for the same meanwhile gets the same answer. */
export interface Verifications {
	run(params: LedgerActions["ledger.verify"]["params"]): Promise<Verification>;
}

/** Verifications of one book, one after another, so that many questions cost no more than one. */
export function createVerifications(options: VerifyOptions): Verifications {
	const running = new Map<string, Promise<Verification>>();
	let last: Promise<unknown> = Promise.resolve();
	return {
		run(params) {
			const noted = notedOf(params);
			const key = JSON.stringify(noted);
			const known = running.get(key);
			if (known !== undefined) return known;
			const work = last.then(() => verifyBook(options, noted)).finally(() => running.delete(key));
			last = work.catch(() => undefined);
			running.set(key, work);
			return work;
		},
	};
}

function notedOf({ anchorSequence, anchorHash }: LedgerActions["ledger.verify"]["params"]): Noted | null {
	if (anchorSequence === undefined && anchorHash === undefined) return null;
	if (anchorSequence === undefined) throw invalid("anchorSequence");
	if (anchorHash === undefined) throw invalid("anchorHash");
	return { sequence: anchorSequence, hash: anchorHash };
}
