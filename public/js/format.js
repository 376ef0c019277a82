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

const precise = new Intl.DateTimeFormat("sv-SE", {
	timeZone: "Asia/Seoul",
	hour: "2-digit",
	minute: "2-digit",
	second: "2-digit",
	fractionalSecondDigits: 3,
	hourCycle: "h23",
});

/** `HH:mm:ss.SSS` in Seoul. */
export function clockTime(instant) {
	const date = new Date(instant ?? Number.NaN);
	return Number.isNaN(date.getTime()) ? "" : precise.format(date).replace(",", ".");
}

const UNITS = {
	ko: { ms: "ms", s: "초", min: "분", h: "시간" },
	en: { ms: " ms", s: " s", min: " min", h: " h" },
};

/** `12ms`, `3.4초`, `2분 5초`, `1시간 3분`. */
export function duration(ms) {
	const { ms: milli, s, min, h } = UNITS[lang] ?? UNITS.ko;
	if (ms < 1000) return `${Math.round(ms)}${milli}`;
	if (ms < 60_000) return `${number.format(Math.round(ms / 100) / 10)}${s}`;
	const minutes = Math.floor(ms / 60_000);
	if (minutes < 60) return `${minutes}${min} ${Math.round((ms % 60_000) / 1000)}${s}`;
	return `${number.format(Math.floor(minutes / 60))}${h} ${minutes % 60}${min}`;
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
