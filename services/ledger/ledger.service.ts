import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import { scheduler } from "../../mixins/scheduler.mixin.ts";
import type { TypedService } from "../../mixins/typed.ts";
import { auditPage, balanceAt, listAccounts } from "./application/accounts.ts";
import { createBook } from "./application/book.ts";
import { findEntries } from "./application/entries.ts";
import type { Book, Journal } from "./application/ports.ts";
import { createVerifications, type Verifications } from "./application/verifications.ts";
import { ledgerErrors, type Posting } from "./contract.ts";
import { entryOf, type Cause } from "./domain/entry.ts";
import { checkoutCharge, checkoutRefund, pointsAward, pointsRevoke } from "./domain/rules.ts";
import { loadDigests } from "./infrastructure/chain-key.ts";
import { createJournal } from "./infrastructure/journal.ts";
import * as params from "./params.ts";

interface Deps extends RuntimeDeps {
	journal: Journal;
	book: Book;
	verifications: Verifications;
	/** Writes the entry of a cause; the same cause writes nothing twice. */
	post(cause: Cause, postings: readonly Posting[]): ReturnType<Book["post"]>;
	/** What was posted before the question can be read. */
	settledJournal(): Promise<Journal>;
	notedHead: string;
}

const BOOK = "main";
const ANCHOR_EVERY_MS = 60_000;

/** Keeps the books: every won that moves has an entry whose legs sum to zero, in a chain that shows tampering. */
const service: TypedService<"ledger", Deps> = {
	name: "ledger",
	mixins: [
		withRuntime(),
		domainErrors(ledgerErrors),
		scheduler<Pick<Deps, "journal" | "notedHead"> & { logger: { info(...words: unknown[]): void } }>({
			jobs: {
				// The process log leaves the machine: what it says of the chain's end cannot be rewritten with the chain.
				anchor: {
					everyMs: ANCHOR_EVERY_MS,
					async run() {
						const head = await this.journal.anchor();
						if (head === null || head.hash === this.notedHead) return;
						this.notedHead = head.hash;
						const { book, sequence, hash, postedAt } = head;
						this.logger.info("The end of the ledger's chain.", { book, sequence, hash, postedAt });
					},
				},
			},
		}),
	],

	actions: {
		post: {
			visibility: "public",
			params: params.post,
			handler(ctx) {
				const { postings, ...cause } = ctx.params;
				return this.post(cause, postings);
			},
		},

		entries: {
			params: params.entries,
			async handler(ctx) {
				return findEntries(await this.settledJournal(), ctx.params);
			},
		},

		accounts: {
			params: params.accounts,
			async handler(ctx) {
				return listAccounts(await this.settledJournal(), ctx.params);
			},
		},

		balance: {
			params: params.balance,
			async handler(ctx) {
				const { account, at } = ctx.params;
				return balanceAt(await this.settledJournal(), account, at, this.runtime.clock.iso());
			},
		},

		verify: {
			params: params.verify,
			async handler(ctx) {
				await this.settledJournal();
				return this.verifications.run(ctx.params);
			},
		},

		audit: {
			visibility: "public",
			params: params.audit,
			async handler(ctx) {
				return auditPage(await this.settledJournal(), ctx.params);
			},
		},
	},

	events: {
		"payment.approved": {
			group: "ledger",
			from: "beginning",
			async handler(ctx) {
				const { id, time, data } = ctx.params;
				const { orderId, paymentId, amount } = data;
				const cause: Cause = { cause: id, kind: "checkout.charge", occurredAt: time, orderId, paymentId };
				await this.post(cause, checkoutCharge(amount));
			},
		},

		"payment.cancelled": {
			group: "ledger",
			from: "beginning",
			async handler(ctx) {
				const { id, time, data } = ctx.params;
				const { orderId, paymentId, amount } = data;
				// A payment that ended before it was charged moves nothing.
				if (amount === 0) return;
				const cause: Cause = { cause: id, kind: "checkout.refund", occurredAt: time, orderId, paymentId };
				await this.post(cause, checkoutRefund(amount));
			},
		},

		"points.awarded": {
			group: "ledger",
			from: "beginning",
			async handler(ctx) {
				const { id, time, data } = ctx.params;
				const cause: Cause = { cause: id, kind: "points.award", occurredAt: time, orderId: data.orderId };
				if (data.points > 0) await this.post(cause, pointsAward(data.points));
			},
		},

		"points.revoked": {
			group: "ledger",
			from: "beginning",
			async handler(ctx) {
				const { id, time, data } = ctx.params;
				const cause: Cause = { cause: id, kind: "points.revoke", occurredAt: time, orderId: data.orderId };
				if (data.points > 0) await this.post(cause, pointsRevoke(data.points));
			},
		},
	},

	created() {
		this.notedHead = "";
		this.post = async (cause, postings) => {
			const entryIdOf = (of: string) => this.runtime.ids.derive("JNL", of);
			return this.book.post(entryOf(cause, postings, entryIdOf));
		};
		this.settledJournal = async () => {
			await this.book.settled();
			return this.journal;
		};
	},

	async started() {
		const { clock, store } = this.runtime;
		const digests = await loadDigests(this.runtime);
		this.journal = createJournal(store, BOOK, digests);
		const turn = () => clock.turn();
		this.book = createBook({ name: BOOK, journal: this.journal, digests, now: () => clock.iso(), turn });
		this.verifications = createVerifications({
			book: BOOK,
			journal: this.journal,
			digests,
			now: () => clock.now(),
			turn,
		});
	},
};

export default service;
