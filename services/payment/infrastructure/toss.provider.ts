import type { Caller } from "../../../mixins/typed.ts";
import type { Provider, ProviderReply } from "../application/ports.ts";

/** The call was refused before it reached the provider's service. */
const NOT_SENT: readonly string[] = ["SERVICE_NOT_AVAILABLE", "SERVICE_NOT_FOUND", "QUEUE_FULL", "REQUEST_SKIPPED"];

/** The provider behind the `toss` service. An error of any other kind than "not sent" leaves the outcome unknown. */
export function tossProvider(caller: Caller, isReachable: () => boolean): Provider {
	return {
		isReachable,
		confirm: (charge) => caller.call("toss.confirm", charge).catch(replyOf),
		cancel: (refund) => caller.call("toss.cancel", refund).catch(replyOf),
		lookup: (by) => caller.call("toss.lookup", by).catch(() => ({ found: null, isCertain: false })),
	};
}

function replyOf(error: unknown): ProviderReply {
	const { type, data } = error as { readonly type?: unknown; readonly data?: unknown };
	if (typeof type === "string" && NOT_SENT.includes(type)) return { outcome: "not-sent" };
	return { outcome: "unknown", code: codeOf(data), message: "", isConfiguration: false };
}

function codeOf(data: unknown): string {
	const code: unknown = typeof data === "object" && data !== null && "code" in data ? data.code : null;
	return typeof code === "string" ? code : "NO_ANSWER";
}
