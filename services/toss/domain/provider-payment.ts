import type { ProviderPayment } from "../contract.ts";

type Json = Readonly<Record<string, unknown>>;

const KEY_MAX = 200;
const REASON_MAX = 200;
const CANCELS_MAX = 1_000;

/** The provider's payment object, or null if it is not one. Fields PayFlow does not know are left out. */
export function parsePayment(body: unknown): ProviderPayment | null {
	if (!isObject(body)) return null;
	const names = textsOf(body, ["paymentKey", "orderId", "status", "currency"]);
	const amounts = amountsOf(body);
	const method = optionalText(body["method"]);
	const approvedAt = optionalInstant(body["approvedAt"]);
	const cancels = parseCancels(body["cancels"]);
	if (names === null || amounts === null || cancels === null) return null;
	return method === undefined || approvedAt === undefined
		? null
		: { ...names, ...amounts, method, approvedAt, cancels };
}

function textsOf<Name extends string>(body: Json, names: readonly Name[]): Record<Name, string> | null {
	const texts = names.map((name) => [name, body[name]]);
	return texts.every(([, value]) => isText(value)) ? (Object.fromEntries(texts) as Record<Name, string>) : null;
}

function amountsOf({
	totalAmount,
	balanceAmount,
}: Json): Pick<ProviderPayment, "totalAmount" | "balanceAmount"> | null {
	if (!isWon(totalAmount) || !isWon(balanceAmount) || balanceAmount > totalAmount) return null;
	return { totalAmount, balanceAmount };
}

/** The code of an error body, or null if it has none. */
export function parseErrorCode(body: unknown): string | null {
	const code = isObject(body) ? body["code"] : null;
	return typeof code === "string" && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : null;
}

function parseCancels(value: unknown): ProviderPayment["cancels"] | null {
	if (value === null || value === undefined) return [];
	if (!Array.isArray(value) || value.length > CANCELS_MAX) return null;
	const cancels = value.map(parseCancel);
	return cancels.every((cancel) => cancel !== null) ? cancels : null;
}

function parseCancel(value: unknown): ProviderPayment["cancels"][number] | null {
	if (!isObject(value)) return null;
	const { transactionKey, cancelAmount, cancelReason, canceledAt } = value;
	if (!isText(transactionKey) || !isWon(cancelAmount) || cancelAmount === 0) return null;
	if (!isText(canceledAt) || Number.isNaN(Date.parse(canceledAt))) return null;
	const reason = typeof cancelReason === "string" ? cancelReason.slice(0, REASON_MAX) : "";
	return { transactionKey, cancelAmount, cancelReason: reason, canceledAt };
}

function isObject(value: unknown): value is Json {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
	return typeof value === "string" && value.length > 0 && value.length <= KEY_MAX;
}

function isWon(value: unknown): value is number {
	return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Undefined when the value is of a wrong kind. */
function optionalText(value: unknown): string | null | undefined {
	if (value === null || value === undefined) return null;
	return isText(value) ? value : undefined;
}

function optionalInstant(value: unknown): string | null | undefined {
	const text = optionalText(value);
	return typeof text === "string" && Number.isNaN(Date.parse(text)) ? undefined : text;
}
