/** A payment at the provider; its charges and refunds are the truth about money. Won. */
export interface Charge {
	readonly paymentKey: string;
	readonly orderId: string;
	/** What the buyer has agreed to in the payment window. */
	readonly agreed: number;
	status: "IN_PROGRESS" | "DONE" | "PARTIAL_CANCELED" | "CANCELED" | "ABORTED";
	/** What was really charged. */
	amount: number;
	balance: number;
	readonly cancels: Refund[];
}

/** Money that really went back. */
export interface Refund {
	readonly transactionKey: string;
	readonly cancelAmount: number;
	readonly cancelReason: string;
	readonly canceledAt: string;
	/** The request's key. */
	readonly idempotencyKey: string;
}

/** A response of the provider. */
export interface Reply {
	readonly status: number;
	readonly body: object;
}

/** The provider's own rules: what it charges, gives back and remembers; nothing of it is PayFlow's. */
export class ProviderBooks {
	readonly charges = new Map<string, Charge>();
	/** Every time money moved. */
	onMoved: (charge: Charge, what: "charged" | "refunded") => void = () => undefined;
	readonly #answers = new Map<string, Reply>();
	readonly #iso: () => string;

	constructor(iso: () => string) {
		this.#iso = iso;
	}

	/** The buyer has agreed in the payment window. */
	agree(paymentKey: string, orderId: string, agreed: number): void {
		const fresh = { paymentKey, orderId, agreed, status: "IN_PROGRESS", amount: 0, balance: 0, cancels: [] } as const;
		this.charges.set(paymentKey, { ...fresh, cancels: [] });
	}

	/** Charges, unless `refusal` says why not; `amount` is what is really taken. */
	confirm(
		key: string,
		wish: { paymentKey: string; orderId: string; amount: number },
		{ amount = wish.amount, refusal = null }: { amount?: number; refusal?: string | null } = {},
	): Reply {
		const known = this.#answers.get(key);
		if (known !== undefined) return known;
		const charge = this.charges.get(wish.paymentKey);
		if (charge === undefined) return this.#keep(key, refused(404, "NOT_FOUND_PAYMENT_SESSION"));
		const code = unlessOpen(charge, wish);
		if (code !== null) return this.#keep(key, refused(400, code));
		if (refusal !== null) {
			charge.status = "ABORTED";
			return this.#keep(key, refused(403, refusal));
		}
		Object.assign(charge, { status: "DONE", amount, balance: amount });
		this.onMoved(charge, "charged");
		return this.#keep(key, { status: 200, body: viewOf(charge, this.#iso()) });
	}

	cancel(
		key: string,
		{ paymentKey, cancelReason, cancelAmount }: { paymentKey: string; cancelReason: string; cancelAmount?: number },
		refusal: string | null = null,
	): Reply {
		const known = this.#answers.get(key);
		if (known !== undefined) return known;
		const charge = this.charges.get(paymentKey);
		if (charge === undefined) return this.#keep(key, refused(404, "NOT_FOUND_PAYMENT"));
		const amount = cancelAmount ?? charge.balance;
		const no = unlessLeft(charge, amount, refusal);
		if (no !== null) return this.#keep(key, no);
		const transactionKey = `${paymentKey}-${charge.cancels.length + 1}`;
		const refund = { transactionKey, cancelAmount: amount, cancelReason, canceledAt: this.#iso() };
		charge.cancels.push({ ...refund, idempotencyKey: key });
		charge.balance -= amount;
		charge.status = charge.balance === 0 ? "CANCELED" : "PARTIAL_CANCELED";
		this.onMoved(charge, "refunded");
		return this.#keep(key, { status: 200, body: viewOf(charge, this.#iso()) });
	}

	lookup({ paymentKey, orderId }: { paymentKey?: string; orderId?: string }): Reply {
		const charge =
			paymentKey === undefined
				? [...this.charges.values()].find((candidate) => candidate.orderId === orderId)
				: this.charges.get(paymentKey);
		return charge === undefined
			? refused(404, "NOT_FOUND_PAYMENT")
			: { status: 200, body: viewOf(charge, this.#iso()) };
	}

	/** A key keeps its first answer for ever. */
	#keep(key: string, reply: Reply): Reply {
		this.#answers.set(key, reply);
		return reply;
	}
}

function unlessOpen(charge: Charge, wish: { readonly orderId: string; readonly amount: number }): string | null {
	if (charge.status !== "IN_PROGRESS") return "ALREADY_PROCESSED_PAYMENT";
	return charge.orderId === wish.orderId && charge.agreed === wish.amount ? null : "INVALID_REQUEST";
}

function unlessLeft({ status, balance }: Charge, amount: number, refusal: string | null): Reply | null {
	if (status === "CANCELED") return refused(400, "ALREADY_CANCELED_PAYMENT");
	if (balance === 0) return refused(403, "NOT_CANCELABLE_PAYMENT");
	if (refusal !== null) return refused(403, refusal);
	return amount > balance ? refused(403, "NOT_CANCELABLE_AMOUNT") : null;
}

function refused(status: number, code: string): Reply {
	return { status, body: { code, message: "text of the provider" } };
}

function viewOf({ paymentKey, orderId, agreed, status, amount, balance, cancels }: Charge, at: string): object {
	const isOpen = status === "IN_PROGRESS" || status === "ABORTED";
	const amounts = isOpen
		? { totalAmount: agreed, balanceAmount: agreed }
		: { totalAmount: amount, balanceAmount: balance };
	const approvedAt = isOpen ? null : at;
	const shown = cancels.map(({ transactionKey, cancelAmount, cancelReason, canceledAt }) => ({
		...{ transactionKey, cancelAmount, cancelReason, canceledAt },
	}));
	return { paymentKey, orderId, status, method: "카드", currency: "KRW", approvedAt, ...amounts, cancels: shown };
}
