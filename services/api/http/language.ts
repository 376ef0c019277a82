import { chooseLanguage } from "../pages/language.ts";

const KNOWN_MAX = 200;

/** Language of API texts by Accept-Language; answers of the few headers that browsers really send are remembered. */
export function languageReader(): (acceptLanguage: string | undefined) => "ko" | "en" {
	const known = new Map<string, "ko" | "en">();
	return (acceptLanguage) => {
		if (acceptLanguage === undefined) return "ko";
		const remembered = known.get(acceptLanguage);
		if (remembered !== undefined) return remembered;
		const lang = chooseLanguage({ acceptLanguage });
		if (known.size < KNOWN_MAX) known.set(acceptLanguage, lang);
		return lang;
	};
}
