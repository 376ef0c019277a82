import type { Kernel } from "../kernel/kernel.ts";
import type { SeededRandom } from "../kernel/random.ts";
import type { ClientReply, ClientRequest } from "./front-door.ts";
import type { Shop } from "./shop.ts";

/** What a client knows after a request: an answer, or nothing. */
export type Outcome = { readonly type: "answered"; readonly reply: ClientReply } | { readonly type: "unknown" };

/** What the way to the shop stands on. */
export interface LinkOptions {
	readonly kernel: Kernel;
	readonly random: SeededRandom;
	/** Share of requests, and of answers, that are lost. */
	readonly lost: () => number;
	/** The process that serves now; null while there is none. */
	readonly shop: () => Shop | null;
	readonly tell: (who: string, what: string) => void;
}

/** Sends a request and waits for as long as a client waits. */
export type Link = (who: string, request: ClientRequest) => Promise<Outcome>;

const WAY_MAX_MS = 60;
const PATIENCE_MS = 15_000;
const UNKNOWN: Outcome = { type: "unknown" };

/** Connects clients to whatever process serves at the moment. */
export function linkTo({ kernel, random, lost, shop, tell }: LinkOptions): Link {
	let requests = 0;
	return (who, request) => {
		const number = ++requests;
		tell(
			who,
			`#${number} ${request.route} ${JSON.stringify(request.params)}${request.key === null ? "" : ` key ${request.key}`}`,
		);
		return new Promise((resolve) => {
			let isOver = false;
			const end = (outcome: Outcome): void => {
				if (isOver) return;
				isOver = true;
				patience.cancel();
				tell(who, `#${number} ${textOf(outcome)}`);
				resolve(outcome);
			};
			const patience = kernel.later(null, PATIENCE_MS, () => end(UNKNOWN));
			if (random.chance(lost())) return;
			kernel.later(null, random.below(WAY_MAX_MS), () => {
				const serving = shop();
				if (serving === null) {
					end(UNKNOWN);
					return;
				}
				void serving.door.serve(request).then((reply) => {
					if (random.chance(lost())) return;
					// The answer is on the wire once it was given: it survives the process.
					kernel.later(null, random.below(WAY_MAX_MS), () => end({ type: "answered", reply }));
				});
			});
		});
	};
}

function textOf(outcome: Outcome): string {
	if (outcome.type === "unknown") return "no answer";
	const { status, body } = outcome.reply;
	const word = body["code"] ?? body["status"];
	return `→ ${status} ${typeof word === "string" ? word : ""}`;
}
