import type { Lang } from "./texts.ts";

const YEAR_S = 31_536_000;

/** What a request says about its reader's language. */
export interface LanguageWishes {
	readonly query?: string | undefined;
	readonly cookie?: string | undefined;
	readonly acceptLanguage?: string | undefined;
}

/** `?lang=`, else the cookie, else the browser's first wish we can meet, else Korean. */
export function chooseLanguage(wishes: LanguageWishes): Lang {
	return asLang(wishes.query) ?? asLang(wishes.cookie) ?? preferred(wishes.acceptLanguage ?? "") ?? "ko";
}

/** The cookie that remembers a language chosen with `?lang=`. */
export function languageCookie(lang: Lang): string {
	return `lang=${lang}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`;
}

function asLang(value: string | undefined): Lang | undefined {
	return value === "ko" || value === "en" ? value : undefined;
}

function preferred(header: string): Lang | undefined {
	const wishes = header
		.slice(0, 200)
		.split(",")
		.map((part) => ({ lang: asLang(part.trim().slice(0, 2).toLowerCase()), weight: weightOf(part) }))
		.filter((wish) => wish.lang !== undefined && wish.weight > 0)
		.sort((left, right) => right.weight - left.weight);
	return wishes[0]?.lang;
}

function weightOf(part: string): number {
	const weight = /;\s*q=([\d.]+)/.exec(part)?.[1];
	return weight === undefined ? 1 : Number(weight);
}
