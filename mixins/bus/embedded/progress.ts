/** An event on its way; `through` is the position that is settled together with it. */
export interface Slot {
	through: number;
	isSettled: boolean;
}

const COMPACT_AT = 1_024;

/** A group's low-water mark: deliveries finish in any order, the position only passes what is settled without a gap. */
export class Progress {
	readonly #slots: Slot[] = [];
	#first = 0;
	#position: number;

	constructor(position: number) {
		this.#position = position;
	}

	/** Everything up to here is settled. */
	get position(): number {
		return this.#position;
	}

	/** Slots opened and not yet passed by the position. */
	get outstanding(): number {
		return this.#slots.length - this.#first;
	}

	/** An event that must be settled before the position may pass it. */
	open(position: number): Slot {
		const slot: Slot = { through: position, isSettled: false };
		this.#slots.push(slot);
		return slot;
	}

	/** An event the group does not want; it is settled as soon as everything before it is. */
	pass(position: number): void {
		const last = this.#slots.at(-1);
		if (last === undefined) this.#position = position;
		else last.through = position;
	}

	/** Marks a slot and moves the position as far as it goes. */
	settle(slot: Slot): void {
		slot.isSettled = true;
		for (let first = this.#slots[this.#first]; first?.isSettled === true; first = this.#slots[this.#first]) {
			this.#position = first.through;
			this.#first++;
		}
		this.#compact();
	}

	#compact(): void {
		if (this.#first === this.#slots.length) this.#slots.length = 0;
		else if (this.#first >= COMPACT_AT) this.#slots.splice(0, this.#first);
		else return;
		this.#first = 0;
	}
}
