/** Where progress is shown. */
export interface Screen {
	write(text: string): unknown;
	readonly isTTY?: boolean;
}

const WIDTH = 28;
const LINE_EVERY_MS = 5_000;

/** A bar that redraws itself on a terminal, and a line now and then elsewhere. */
export class Progress {
	readonly #screen: Screen;
	readonly #now: () => number;
	#lastLineAt = Number.NEGATIVE_INFINITY;
	#isDrawn = false;

	constructor(screen: Screen, now: () => number) {
		this.#screen = screen;
		this.#now = now;
	}

	/** `share` from 0 to 1; `text` says what is going on. */
	show(share: number, text: string): void {
		const filled = Math.round(Math.min(1, Math.max(0, share)) * WIDTH);
		const line = `[${"█".repeat(filled)}${"·".repeat(WIDTH - filled)}] ${text}`;
		if (this.#screen.isTTY === true) {
			this.#screen.write(`\r\u001b[K${line}`);
			this.#isDrawn = true;
		} else if (this.#now() - this.#lastLineAt >= LINE_EVERY_MS) {
			this.#lastLineAt = this.#now();
			this.#screen.write(`${line}\n`);
		}
	}

	/** Leaves the line. */
	end(): void {
		if (this.#isDrawn) this.#screen.write("\r\u001b[K");
		this.#isDrawn = false;
	}
}
