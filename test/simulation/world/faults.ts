/** Shares (0 to 1) of store operations that meet each trouble. */
export interface StoreFaults {
	/** Not stored, and the caller cannot know. */
	readonly lostWrite: number;
	/** Stored, but the reply is lost. */
	readonly lostReply: number;
	/** Another writer is said to have been first. */
	readonly lostRace: number;
	/** Takes up to seconds. */
	readonly slow: number;
	readonly failedRead: number;
	/** Reads that go over a network instead of being answered at once. */
	readonly remote: number;
	/** Of those, reads that take up to seconds. */
	readonly slowRead: number;
	/** 1: writes that a dead process had sent may still arrive. */
	readonly afterlife: number;
}

/** Shares of calls between services that meet each trouble. */
export interface NetworkFaults {
	/** The request is lost. */
	readonly lost: number;
	/** It is done, but the answer is lost. */
	readonly unanswered: number;
	/** Takes up to minutes. */
	readonly slow: number;
	/** The callee is an older version that does not know the params. */
	readonly misread: number;
	/** A service that cannot be reached for a while: what is asked of it arrives afterwards, in any order. */
	readonly held: Outage | null;
}

/** A time without a service; milliseconds since the beginning of the trouble. */
export interface Outage {
	readonly service: string;
	readonly from: number;
	readonly to: number;
}

/** Shares of deliveries of an event to a group that meet each trouble. */
export interface BusFaults {
	/** Lost before the handler. */
	readonly dropped: number;
	/** Handled, and delivered again. */
	readonly doubled: number;
	/** Takes up to seconds, while other subjects overtake. */
	readonly slow: number;
}

/** Shares of requests to the provider that meet each trouble. */
export interface ProviderFaults {
	readonly decline: number;
	/** Never arrives. */
	readonly dropped: number;
	/** Is carried out, and nobody hears of it. */
	readonly unanswered: number;
	/** Is carried out when the caller has given up. */
	readonly late: number;
	/** Charges something else than was asked for. */
	readonly wrongAmount: number;
	/** Says so although it has charged what was asked for. */
	readonly lies: number;
	/** Refuses a refund. */
	readonly refusesRefund: number;
	/** Answers 500, before or after. */
	readonly broken: number;
	/** Notices that are lost, doubled or forged. */
	readonly notices: number;
}

/** Everything that goes wrong in a run. */
export interface Faults {
	readonly store: StoreFaults;
	readonly network: NetworkFaults;
	readonly bus: BusFaults;
	readonly provider: ProviderFaults;
	/** Requests of clients, and answers to them, that are lost. */
	readonly clientLost: number;
	/** Crashes of the shop, at random moments. */
	readonly crashes: number;
}

/** Nothing goes wrong. */
export const NO_FAULTS: Faults = {
	store: { lostWrite: 0, lostReply: 0, lostRace: 0, slow: 0, failedRead: 0, remote: 0, slowRead: 0, afterlife: 0 },
	network: { lost: 0, unanswered: 0, slow: 0, misread: 0, held: null },
	bus: { dropped: 0, doubled: 0, slow: 0 },
	provider: {
		decline: 0,
		dropped: 0,
		unanswered: 0,
		late: 0,
		wrongAmount: 0,
		lies: 0,
		refusesRefund: 0,
		broken: 0,
		notices: 0,
	},
	clientLost: 0,
	crashes: 0,
};
