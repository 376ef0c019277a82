import type { Body } from "./body.ts";
import { vendorReader } from "./body.ts";
import { seoulDate } from "./dates.ts";
import { VendorRefusal } from "./errors.ts";

/** What may be kept of a card: never its number, expiry, password or its holder's identity. */
export interface MaskedCard {
	readonly number: string;
	readonly issuerCode: string;
}

const ISSUERS: readonly (readonly [prefix: string, code: string])[] = [
	["9410", "21"],
	["4518", "41"],
	["4330", "11"],
	["5365", "51"],
	["4017", "61"],
];
const DEFAULT_ISSUER = "41";

/** Checks the card details a merchant sent and keeps only the masked number. */
export function maskedCard(body: Body, now: number): MaskedCard {
	const number = vendorReader(body, "INVALID_CARD_NUMBER").text("cardNumber", 14, 20, /^\d+$/);
	checkExpiry(body, now);
	vendorReader(body, "INVALID_CARD_IDENTITY").text("customerIdentityNumber", 6, 10, /^(\d{6}|\d{10})$/);
	vendorReader(body, "INVALID_CARD_PASSWORD").optionalText("cardPassword", 2, 2, /^\d\d$/);
	return {
		number: `${number.slice(0, 8)}****${number.slice(12, 15)}*`,
		issuerCode: ISSUERS.find(([prefix]) => number.startsWith(prefix))?.[1] ?? DEFAULT_ISSUER,
	};
}

function checkExpiry(body: Body, now: number): void {
	const read = vendorReader(body, "INVALID_CARD_EXPIRATION");
	const year = read.text("cardExpirationYear", 2, 2, /^\d\d$/);
	const month = read.text("cardExpirationMonth", 2, 2, /^(0[1-9]|1[0-2])$/);
	if (`20${year}-${month}` < seoulDate(now).slice(0, 7)) throw new VendorRefusal("INVALID_CARD_EXPIRATION");
}

const INSTALMENTS_FROM = 50_000;

/** Months of instalments: none, or 2 to 12 from KRW 50,000. */
export function instalmentMonths(body: Body, amount: number): number {
	const months = vendorReader(body, "INVALID_CARD_INSTALLMENT_PLAN").optionalWon("cardInstallmentPlan", 0) ?? 0;
	if (months === 1) throw new VendorRefusal("INVALID_CARD_INSTALLMENT_PLAN");
	if (months > 12) throw new VendorRefusal("EXCEED_MAX_CARD_INSTALLMENT_PLAN");
	if (months > 0 && amount < INSTALMENTS_FROM)
		throw new VendorRefusal("NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT");
	return months;
}
