/** The languages of the pages; Korean is the first. */
export type Lang = "ko" | "en";

/** The texts of one part of the site, the same keys in every language. */
export type Area<Key extends string> = Readonly<Record<Lang, Readonly<Record<Key, string>>>>;

/** Ties two dictionaries together: a key that only one of them has does not compile. */
export function area<Key extends string>(
	ko: Readonly<Record<Key, string>>,
	en: Readonly<Record<NoInfer<Key>, string>>,
): Area<Key> {
	return { ko, en };
}
