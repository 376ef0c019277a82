import { DomainError } from "./errors.ts";

declare const minor: unique symbol;

/** A whole number of the currency's smallest unit (for KRW: won). Only `minorUnits` makes one. */
export type Minor = number & { readonly [minor]: true };

/** ISO 4217. PayFlow takes won only. */
export type Currency = "KRW";

/** An amount with its currency, in smallest units; as JSON `{ amount: 1000, currency: "KRW" }`. */
export interface Money {
	readonly amount: Minor;
	readonly currency: Currency;
}

/** Checks that `value` is a safe integer; throws `AMOUNT_NOT_INTEGER`. */
export function minorUnits(value: number): Minor {
	if (!Number.isSafeInteger(value)) throw new DomainError("AMOUNT_NOT_INTEGER", { value });
	return value as Minor;
}

/** The only maker of money; throws `AMOUNT_NOT_INTEGER`. */
export function money(value: number, currency: Currency): Money {
	return { amount: minorUnits(value), currency };
}

/** Won, from a whole number; throws `AMOUNT_NOT_INTEGER`. */
export function won(value: number): Money {
	return money(value, "KRW");
}

/** Sum of two amounts; throws `AMOUNT_NOT_INTEGER` past 2^53-1. With a second currency this must compare them. */
export function addMoney(left: Money, right: Money): Money {
	return money(left.amount + right.amount, left.currency);
}

/** Difference of two amounts; it may be negative. */
export function subtractMoney(left: Money, right: Money): Money {
	return money(left.amount - right.amount, left.currency);
}
