import type { ProviderAnswer } from "../../../services/toss/domain/outcomes.ts";
import type { TossGateway } from "../../../services/toss/infrastructure/toss.gateway.ts";
import type { Kernel, Owner } from "../kernel/kernel.ts";
import { between, oneOf, type SeededRandom } from "../kernel/random.ts";
import type { ProviderFaults } from "./faults.ts";
import type { ProviderBooks, Reply } from "./provider-books.ts";

/** What the way to the provider stands on. */
export interface ProviderOptions {
	readonly kernel: Kernel;
	readonly books: ProviderBooks;
	readonly random: SeededRandom;
	readonly faults: () => ProviderFaults;
	readonly tell: (what: string) => void;
	/** Told of every request that wants money moved, as it leaves. */
	readonly onAsked: (key: string) => void;
	/** Told of every code that the provider has really said to a request with a key. */
	readonly onSaid: (key: string, code: string) => void;
}

/** How long our client waits for the provider. */
const GIVE_UP_MS = 10_000;
const LATE_MAX_MS = 60_000;
const WAY_MAX_MS = 400;
const DECLINES = ["REJECT_CARD_PAYMENT", "INVALID_STOPPED_CARD", "EXCEED_MAX_AMOUNT"];
const LOST: ProviderAnswer = { kind: "lost", code: "TIMEOUT" };

/** The provider as one process reaches it: a gateway whose requests and answers get lost, come late, or are lies. */
export function gatewayOf(owner: Owner, options: ProviderOptions): TossGateway {
	const { books, random, faults, onAsked, onSaid } = options;
	const send = (what: string, key: string, execute: () => Reply) => ship(owner, options, what, key, execute);

	return {
		confirm(body, key) {
			onAsked(key);
			const { decline, wrongAmount, lies } = faults();
			const refusal = random.chance(decline) ? oneOf(random, DECLINES) : null;
			const amount = random.chance(wrongAmount) ? Math.max(1, body.amount - between(random, 1, 500)) : body.amount;
			const isLie = random.chance(lies);
			return send(`confirm ${body.orderId} ${body.amount}${said(refusal, amount !== body.amount)}`, key, () => {
				const reply = books.confirm(key, body, { amount, refusal });
				onSaid(key, codeOf(reply));
				return isLie && reply.status === 200
					? { status: 200, body: { ...reply.body, totalAmount: 1, balanceAmount: 1 } }
					: reply;
			});
		},
		cancel(paymentKey, body, key) {
			onAsked(key);
			const refusal = random.chance(faults().refusesRefund) ? "REFUND_REJECTED" : null;
			return send(`cancel ${paymentKey} ${body.cancelAmount ?? "all"}${said(refusal, false)}`, key, () => {
				const reply = books.cancel(key, { paymentKey, ...body }, refusal);
				onSaid(key, codeOf(reply));
				return reply;
			});
		},
		lookup: (by) => send(`lookup ${by.paymentKey ?? by.orderId ?? ""}`, "", () => books.lookup(by)),
		// Nobody reads the Twin's pages here: the oracle has the books themselves.
		books: async () => LOST,
		close: async () => undefined,
	};
}

/** A request on its way; what becomes of it is drawn before it leaves. */
function ship(
	owner: Owner,
	{ kernel, random, faults, tell }: ProviderOptions,
	what: string,
	key: string,
	execute: () => Reply,
): Promise<ProviderAnswer> {
	const { dropped, unanswered, late, broken } = faults();
	const fate = fateOf(random, { dropped, unanswered, late, broken });
	const there = random.below(WAY_MAX_MS);
	const back = random.below(WAY_MAX_MS);
	return new Promise((resolve) => {
		const answer = (ms: number, result: ProviderAnswer) => kernel.later(owner, ms, () => resolve(result));
		const executed = (): ProviderAnswer => {
			const { status, body } = execute();
			tell(`${what} → ${status} ${codeOf({ status, body })} ${key}`);
			return { kind: "answer", status, body };
		};
		if (fate !== "fine") tell(`${what}: ${fate} ${key}`);
		// A charge that was sent happens, whatever becomes of the process that asked for it.
		if (fate === "late") kernel.later(null, between(random, GIVE_UP_MS, LATE_MAX_MS), executed);
		else if (fate === "broken before") answer(there + back, { kind: "answer", status: 500, body: {} });
		else if (fate !== "dropped")
			kernel.later(null, there, () => {
				const result = executed();
				if (fate === "fine") answer(back, result);
				if (fate === "broken after") answer(back, { kind: "answer", status: 500, body: {} });
			});
		if (fate === "late" || fate === "dropped" || fate === "unanswered") answer(GIVE_UP_MS, LOST);
	});
}

type Fate = "fine" | "dropped" | "unanswered" | "late" | "broken before" | "broken after";

function fateOf(
	random: SeededRandom,
	{ dropped, unanswered, late, broken }: Pick<ProviderFaults, "dropped" | "unanswered" | "late" | "broken">,
): Fate {
	if (random.chance(dropped)) return "dropped";
	if (random.chance(unanswered)) return "unanswered";
	if (random.chance(late)) return "late";
	if (random.chance(broken)) return random.chance(0.5) ? "broken before" : "broken after";
	return "fine";
}

function said(refusal: string | null, isWrong: boolean): string {
	if (refusal !== null) return ` (will say ${refusal})`;
	return isWrong ? " (will charge something else)" : "";
}

function codeOf({ body }: Reply): string {
	return "code" in body ? String(body.code) : "status" in body ? String(body.status) : "";
}
