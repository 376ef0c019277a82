/** Headers by name. */
export type Headers = Readonly<Record<string, string>>;
/** Headers as pairs. */
export type HeaderList = readonly (readonly [string, string])[];

const HSTS_SECONDS = 31_536_000;

/** Headers of every response, made once. */
export function securityHeaders(isHttps: boolean): { readonly api: HeaderList; readonly site: HeaderList } {
	const common: Headers = {
		"X-Content-Type-Options": "nosniff",
		"X-Frame-Options": "DENY",
		"Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin",
		...(isHttps ? { "Strict-Transport-Security": `max-age=${HSTS_SECONDS}; includeSubDomains` } : {}),
	};
	const api: Headers = {
		...common,
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		"Cache-Control": "no-store",
	};
	return { api: Object.entries(api), site: Object.entries(common) };
}
