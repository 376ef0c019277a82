import { lang } from "./page.js";

const number = new Intl.NumberFormat("ko-KR");
const seoul = new Intl.DateTimeFormat("sv-SE", {
	timeZone: "Asia/Seoul",
	year: "numeric",
	month: "2-digit",
	day: "2-digit",
	hour: "2-digit",
	minute: "2-digit",
	hourCycle: "h23",
});

/** `1,000원` or `₩1,000`. */
export function won(amount) {
	const digits = number.format(amount);
	return lang === "ko" ? `${digits}원` : `₩${digits}`;
}

/** `yyyy-MM-dd HH:mm` in Seoul, or nothing for what is no instant. */
export function dateTime(instant) {
	const date = new Date(instant ?? Number.NaN);
	return Number.isNaN(date.getTime()) ? "" : seoul.format(date);
}

/** The text of a value in both languages. */
export function localised(value) {
	return value?.[lang] ?? value?.ko ?? "";
}

/** An id for one click or one flow; works without a secure context too. */
export function randomId(prefix) {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return `${prefix}_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
