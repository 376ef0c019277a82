const EMAIL = /([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)/g;
/** Korean numbers, mobile and landline, with or without separators or country code. */
const PHONE = /(?<![\w-])(\+82[ -]?1[016789]|01[016789]|0[2-6]\d?)[ -]?\d{3,4}[ -]?(\d{4})(?![\w-])/g;
/** A person's name: fields such as `customerName` and `holderName`; `orderName` and `productName` name things. */
const NAME_FIELD = /^(customer|buyer|user|account|holder|recipient|sender|owner|contact|real|full|first|last)_?name$/i;
const HOLDER_FIELD = /^(accountHolder|cardHolder|recipient)$/i;
const PHONE_FIELD = /(phone|mobile)(number)?$/i;
const PAYMENT_KEY_FIELD = /^paymentKey$/i;
const SECRET_FIELD = /(password|secret|token|authorization|apiKey)$/i;
const PAYMENT_KEY_SHOWN = 6;
const MASK = "***";

/** What looks like personal data is made unreadable: e-mail addresses, phone numbers, names of persons, payment keys. */
export function masked<Value>(value: Value): Value {
	return walk("", value, maskText) as Value;
}

/** Secrets are shown to nobody, not even to administrators. */
export function withoutSecrets<Value>(value: Value): Value {
	return walk("", value, hideSecret) as Value;
}

/** Neither secrets nor what looks like somebody's address, number or name; payment keys stay. */
export function withoutPersonalData<Value>(value: Value): Value {
	const change = (field: string, text: string) => (PAYMENT_KEY_FIELD.test(field) ? text : maskText(field, text));
	return walk("", value, change) as Value;
}

function walk(field: string, value: unknown, change: (field: string, text: string) => string): unknown {
	if (typeof value === "string") return change(field, value);
	if (Array.isArray(value)) return value.map((item) => walk(field, item, change));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(name, inner, change)]));
}

function hideSecret(field: string, text: string): string {
	return SECRET_FIELD.test(field) ? MASK : text;
}

function maskText(field: string, text: string): string {
	if (SECRET_FIELD.test(field)) return MASK;
	if (PAYMENT_KEY_FIELD.test(field)) return text.slice(0, PAYMENT_KEY_SHOWN) + MASK;
	if (NAME_FIELD.test(field) || HOLDER_FIELD.test(field)) return maskName(text);
	if (PHONE_FIELD.test(field)) return MASK + text.slice(-4);
	return text.replace(EMAIL, `$1${MASK}@$2`).replace(PHONE, `$1-****-$2`);
}

/** 홍길동 → 홍*동, 이산 → 이*. */
function maskName(name: string): string {
	const letters = Array.from(name);
	if (letters.length <= 2) return `${letters[0] ?? ""}*`;
	return `${letters[0] ?? ""}${"*".repeat(letters.length - 2)}${letters.at(-1) ?? ""}`;
}
