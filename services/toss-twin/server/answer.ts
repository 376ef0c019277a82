/** What goes back over the wire. */
export interface Answer {
	readonly status: number;
	readonly type: string;
	readonly body: string | Uint8Array;
	readonly headers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = "application/json;charset=UTF-8";
const HTML_TYPE = "text/html;charset=UTF-8";

/** A JSON answer. */
export function jsonAnswer(status: number, value: unknown, headers?: Record<string, string>): Answer {
	const body = JSON.stringify(value);
	return headers === undefined ? { status, type: JSON_TYPE, body } : { status, type: JSON_TYPE, body, headers };
}

/** A JSON answer whose text is made already. */
export function rawJsonAnswer(status: number, body: string, headers: Record<string, string>): Answer {
	return { status, type: JSON_TYPE, body, headers };
}

/** A page; `formTargets` are the origins its form may lead to besides the Twin's own. */
export function htmlAnswer(status: number, body: string, formTargets: readonly string[] = []): Answer {
	return { status, type: HTML_TYPE, body, headers: { "content-security-policy": policy(formTargets) } };
}

function policy(formTargets: readonly string[]): string {
	return [
		"default-src 'none'",
		"style-src 'self'",
		"script-src 'self'",
		"font-src 'self'",
		"img-src 'self'",
		"connect-src 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
		// Chromium holds the redirect after a form to the same rule, so the merchant's origin has to be named.
		`form-action ${["'self'", ...formTargets].join(" ")}`,
	].join("; ");
}

/** Sends the browser on with a GET. */
export function redirectAnswer(location: string): Answer {
	return { status: 303, type: "text/plain;charset=UTF-8", body: "", headers: { location } };
}
