import type { IncomingHttpHeaders } from "node:http";
import type { Headers } from "./security-headers.ts";

const PREFLIGHT_SECONDS = 600;
const REQUEST_HEADERS = "Authorization, Content-Type, Idempotency-Key, X-Correlation-ID, Accept-Language";
const EXPOSED = "X-Correlation-ID, Idempotency-Replayed, Retry-After, Location";
const VARY: Headers = Object.freeze({ Vary: "Origin" });

/** Answers about other origins; closed unless the origin stands in the list exactly. Cookies are never shared. */
export function cors(origins: readonly string[]) {
	const allowed = new Set(origins);
	const granted = (headers: IncomingHttpHeaders): Headers | null => {
		if (allowed.size === 0) return null;
		const { origin } = headers;
		if (origin === undefined || !allowed.has(origin)) return VARY;
		return { Vary: "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED };
	};
	return {
		/** Headers of an ordinary response; null while no other origin is allowed at all. */
		granted,
		/** Headers of the answer to OPTIONS; `methods` are those of the path. */
		preflight: (headers: IncomingHttpHeaders, methods: readonly string[]): Headers => {
			const grant = granted(headers);
			if (grant?.["Access-Control-Allow-Origin"] === undefined) return grant ?? {};
			return {
				...grant,
				"Access-Control-Allow-Methods": methods.join(", "),
				"Access-Control-Allow-Headers": REQUEST_HEADERS,
				"Access-Control-Max-Age": String(PREFLIGHT_SECONDS),
			};
		},
	};
}
