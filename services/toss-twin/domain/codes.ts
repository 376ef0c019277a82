/** Two-character codes of banks and securities firms that can hold an account, from the vendor's public list. */
export const BANK_CODES: ReadonlySet<string> = new Set(
	(
		"02 03 06 07 11 12 20 23 27 31 32 34 35 37 39 45 48 50 54 64 71 81 88 89 90 92 " +
		"S0 S2 S3 S4 S5 S6 S8 S9 SA SB SD SE SG SH SI SJ SK SL SM SN SO SP SQ SR ST"
	).split(" "),
);

const BANK_NAMES: ReadonlyMap<string, string> = new Map([
	["산업", "02"],
	["기업", "03"],
	["국민", "06"],
	["수협", "07"],
	["농협", "11"],
	["우리", "20"],
	["SC제일", "23"],
	["씨티", "27"],
	["부산", "32"],
	["광주", "34"],
	["제주", "35"],
	["전북", "37"],
	["경남", "39"],
	["새마을", "45"],
	["신협", "48"],
	["우체국", "71"],
	["하나", "81"],
	["신한", "88"],
	["케이", "89"],
	["카카오", "90"],
	["토스", "92"],
]);

/** A bank given by code or by Korean name (국민, 국민은행, …); null when there is none. */
export function bankCodeOf(bank: string): string | null {
	if (BANK_CODES.has(bank)) return bank;
	return BANK_NAMES.get(bank.replace(/(은행|뱅크)$/, "")) ?? null;
}
