const BROWSERS: readonly (readonly [RegExp, string])[] = [
	[/\bEdg(e|A|iOS)?\//, "Edge"],
	[/\bWhale\//, "Whale"],
	[/\bSamsungBrowser\//, "Samsung Internet"],
	[/\bOPR\//, "Opera"],
	[/\b(Firefox|FxiOS)\//, "Firefox"],
	[/\b(Chrome|CriOS)\//, "Chrome"],
	[/\bSafari\//, "Safari"],
	[/\bcurl\//, "curl"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
	[/\bAndroid\b/, "Android"],
	[/\b(iPhone|iPad|iPod)\b/, "iOS"],
	[/\bWindows\b/, "Windows"],
	[/\bMac OS X\b|\bMacintosh\b/, "macOS"],
	[/\bLinux\b/, "Linux"],
];
const HEADER_MAX = 512;

/** A label from a fixed list, so that a session can be recognised and the header itself need not be kept; null if nothing fits. */
export function deviceOf(userAgent: string | undefined): string | null {
	const header = userAgent?.slice(0, HEADER_MAX) ?? "";
	const browser = labelIn(BROWSERS, header);
	const system = labelIn(SYSTEMS, header);
	return browser !== null && system !== null ? `${browser} on ${system}` : (browser ?? system);
}

function labelIn(labels: readonly (readonly [RegExp, string])[], header: string): string | null {
	return labels.find(([pattern]) => pattern.test(header))?.[1] ?? null;
}
