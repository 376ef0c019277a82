import { cardErrors } from "./error-texts-card.ts";
import { generalErrors } from "./error-texts-general.ts";

/** One error of the vendor: its HTTP status and our wording of it. */
export interface VendorError {
	readonly code: string;
	readonly status: number;
	readonly ko: string;
	readonly en: string;
}

export type Language = "ko" | "en";

const catalogue: ReadonlyMap<string, VendorError> = new Map(
	`${generalErrors}\n${cardErrors}`
		.split("\n")
		.map((line) => line.trim().split("|"))
		.filter((parts) => parts.length === 4)
		.map(([code = "", status = "", ko = "", en = ""]) => [code, { code, status: Number(status), ko, en }]),
);

/** The error with that code, or null for a code the vendor does not have. */
export function findVendorError(code: string): VendorError | null {
	return catalogue.get(code) ?? null;
}

/** Every code of the catalogue, for tests and the documentation page. */
export function vendorErrorCodes(): string[] {
	return [...catalogue.keys()];
}

/** The text of an error; an unknown code gets a general one. */
export function vendorMessage(code: string, language: Language): string {
	const error = catalogue.get(code);
	if (error !== undefined) return error[language];
	return language === "en" ? "The request was refused." : "요청이 거절되었습니다.";
}

/** English only when it is asked for first; Korean is the vendor's default. */
export function languageOf(acceptLanguage: string | undefined): Language {
	return acceptLanguage !== undefined && /^\s*en\b/i.test(acceptLanguage) ? "en" : "ko";
}
