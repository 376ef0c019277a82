const SEOUL_MS = 9 * 3_600_000;
/** One day in milliseconds. */
export const DAY_MS = 86_400_000;
const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;
const LOCAL = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?$/;

/** `2026-03-02T10:15:30+09:00`: how the vendor writes an instant. */
export function seoulIso(at: number): string {
	return `${new Date(at + SEOUL_MS).toISOString().slice(0, 19)}+09:00`;
}

/** `2026-03-02`, the calendar day in Seoul. */
export function seoulDate(at: number): string {
	return new Date(at + SEOUL_MS).toISOString().slice(0, 10);
}

/** `20260302101530`, the time part of a payment key. */
export function seoulStamp(at: number): string {
	return new Date(at + SEOUL_MS).toISOString().slice(0, 19).replace(/[-T:]/g, "");
}

/** Local time without offset and with a fraction, as webhooks carry it; trailing zeros are trimmed. */
export function webhookTime(at: number): string {
	return new Date(at + SEOUL_MS).toISOString().slice(0, -1).replace(/0+$/, "").replace(/\.$/, ".0");
}

/** Reads an ISO 8601 instant; a value without an offset is Seoul time, a bare date its midnight. Null when it is none. */
export function parseInstant(text: string): number | null {
	const normal = WITH_OFFSET.test(text) ? text : localToInstant(text);
	if (normal === null || !isCalendarDay(text.slice(0, 10))) return null;
	const at = Date.parse(normal);
	return Number.isNaN(at) ? null : at;
}

function localToInstant(text: string): string | null {
	if (!LOCAL.test(text)) return null;
	return text.length === 10 ? `${text}T00:00:00+09:00` : `${text}+09:00`;
}

/** Whether `yyyy-MM-dd` names a day that exists (2026-02-30 does not). */
export function isCalendarDay(text: string): boolean {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	const at = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}
