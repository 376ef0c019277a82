import { VendorRefusal } from "./errors.ts";

/** The pair that works without any set-up; both are made up and open nothing outside the Twin. */
export const DEMO_CLIENT_KEY = "test_ck_payflow_twin_demo_0001";
export const DEMO_SECRET_KEY = "test_sk_payflow_twin_demo_0001";
/** The merchant id behind the demonstration pair. */
export const DEMO_MID = "payflow01";

const SECRET_KEY = /^test_g?sk_[A-Za-z0-9_-]{4,100}$/;
const CLIENT_KEY = /^test_g?ck_[A-Za-z0-9_-]{4,100}$/;

/** Who calls: the key and the merchant id it stands for. */
export interface Caller {
	readonly secretKey: string;
	readonly mId: string;
}

/** Reads `Basic base64("<secretKey>:")`; refusals as the vendor words them. `decode` turns base64 into text. */
export function secretKeyOf(header: string | undefined, decode: (base64: string) => string): string {
	const match = header === undefined ? null : /^Basic ([A-Za-z0-9+/_-]+={0,2})$/i.exec(header);
	if (match === null) throw new VendorRefusal("UNAUTHORIZED_KEY");
	const text = decode(match[1] ?? "");
	const colon = text.indexOf(":");
	if (colon === -1 || colon !== text.length - 1) throw new VendorRefusal("INCORRECT_BASIC_AUTH_FORMAT");
	const key = text.slice(0, colon);
	if (SECRET_KEY.test(key)) return key;
	throw new VendorRefusal(/^(test|live)_/.test(key) ? "INVALID_API_KEY" : "UNAUTHORIZED_KEY");
}

/** Whether a browser may open a session with this key. */
export function isClientKey(key: string): boolean {
	return CLIENT_KEY.test(key);
}

/** The merchant id of a secret key: fixed for the demonstration key, else derived, at most 14 characters. */
export function merchantIdOf(secretKey: string, digest: (text: string) => string): string {
	return secretKey === DEMO_SECRET_KEY ? DEMO_MID : `tw${digest(secretKey).slice(0, 12)}`;
}
