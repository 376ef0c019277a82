/** A running fingerprint of everything that happened, in order, and on demand the words of it. */
export class Trace {
	readonly lines: string[] | null;
	#high = 0x9e3779b9;
	#low = 0x85ebca6b;
	#notes = 0;

	/** `isTold`: the lines are kept for people; a run without them is faster. */
	constructor(isTold: boolean) {
		this.lines = isTold ? [] : null;
	}

	/** Takes a number into the fingerprint. */
	mark(value: number): void {
		this.#low = Math.imul(this.#low ^ value, 0x01000193);
		this.#high = Math.imul(this.#high ^ (this.#low >>> 15), 0x85ebca77);
	}

	/** Takes a text into the fingerprint. */
	note(text: string): void {
		this.#notes++;
		for (let index = 0; index < text.length; index++) this.mark(text.charCodeAt(index));
	}

	/** A sentence of the story; part of the fingerprint as well. */
	tell(now: number, who: string, what: string): void {
		this.note(what);
		this.lines?.push(`${clockText(now)}  ${who.padEnd(10)} ${what}`);
	}

	/** Equal for equal runs. */
	get hash(): string {
		const hex = (value: number) => (value >>> 0).toString(16).padStart(8, "0");
		return `${hex(this.#high)}${hex(this.#low)}${hex(this.#notes)}`;
	}
}

/** `01:02:03.004` since the start of the run. */
function clockText(ms: number): string {
	const pad = (value: number, width: number) => String(value).padStart(width, "0");
	const seconds = Math.floor(ms / 1_000);
	const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => pad(part, 2));
	return `${parts.join(":")}.${pad(ms % 1_000, 3)}`;
}
