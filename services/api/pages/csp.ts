const TOSS = "https://*.tosspayments.com";

/** Where a page's scripts, frames and requests may go. */
export interface PagePolicy {
	readonly nonce: string;
	/** Origin of the payment SDK when it is not Toss itself and not our own, e.g. `http://localhost:3001`. */
	readonly sdkOrigin?: string;
}

/** The Content-Security-Policy of every page; pages that open the payment window are all those with a menu. */
export function contentSecurityPolicy(policy: PagePolicy): string {
	const provider = policy.sdkOrigin === undefined ? TOSS : `${TOSS} ${policy.sdkOrigin}`;
	return [
		"default-src 'self'",
		`script-src 'self' 'nonce-${policy.nonce}' ${provider}`,
		"style-src 'self'",
		"img-src 'self' data:",
		"font-src 'self'",
		`connect-src 'self' ${provider}`,
		`frame-src 'self' ${provider}`,
		`form-action 'self' ${provider}`,
		"object-src 'none'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	].join("; ");
}
