import {
	createHmac,
	createPrivateKey,
	createPublicKey,
	generateKeyPairSync,
	sign,
	type KeyObject,
	type SignKeyObjectInput,
} from "node:crypto";
import type { Facts } from "./system.ts";

/** What a forger has: a good token of their own, and the platform's key to show that only one thing is wrong. */
export interface Workshop {
	readonly good: string;
	readonly signingKeyPem: string;
	readonly nowMs: number;
}

/** Order of the group of Ed25519: a signature's second half plus this is another writing of the same number. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const HALF = 32;
const FLIPS = 64;
const CUT_EVERY = 8;

/** Tokens that nobody may accept, by what is wrong with them. */
export function forgeriesOf(workshop: Workshop): ReadonlyMap<string, string> {
	const bench = benchOf(workshop);
	return new Map([
		...algorithms(bench),
		...headers(bench),
		...claims(bench),
		...tampered(bench),
		...signatures(bench),
		...shapes(bench),
	]);
}

type Forgery = readonly [name: string, token: string];

interface Bench {
	readonly good: string;
	readonly head: Facts;
	readonly body: Facts;
	readonly key: KeyObject;
	readonly stranger: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
	/** Signed as the platform does it, but for what is changed. */
	readonly signed: (head: Facts, body: Facts, key?: KeyObject) => string;
	readonly seconds: number;
}

function benchOf({ good, signingKeyPem, nowMs }: Workshop): Bench {
	const [head, body] = good
		.split(".")
		.slice(0, 2)
		.map((part) => JSON.parse(Buffer.from(part, "base64url").toString()) as Facts);
	if (head === undefined || body === undefined) throw new Error("the good token is none");
	const key = createPrivateKey(signingKeyPem);
	return {
		good,
		head,
		body,
		key,
		stranger: generateKeyPairSync("ed25519"),
		signed: (changedHead, changedBody, signer = key) =>
			jws(without({ ...head, ...changedHead }), without({ ...body, ...changedBody }), (bytes) =>
				sign(null, bytes, signer),
			),
		seconds: Math.floor(nowMs / 1_000),
	};
}

/** Undefined takes a field away. */
function without(facts: Facts): Facts {
	return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function encode(value: unknown): string {
	return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

function jws(head: unknown, body: unknown, signer: (bytes: Buffer) => Buffer): string {
	const unsigned = `${encode(head)}.${encode(body)}`;
	return `${unsigned}.${signer(Buffer.from(unsigned)).toString("base64url")}`;
}

function algorithms({ head, body, key, signed, stranger }: Bench): Forgery[] {
	const publicKey = createPublicKey(key);
	const { x = "" } = publicKey.export({ format: "jwk" });
	const secrets: Readonly<Record<string, string | Buffer>> = {
		nothing: "",
		"the public bytes": Buffer.from(x, "base64url"),
		"the public text": x,
		"the public PEM": publicKey.export({ format: "pem", type: "spki" }).toString(),
		"the public DER": publicKey.export({ format: "der", type: "spki" }),
		"the public JWK": JSON.stringify(publicKey.export({ format: "jwk" })),
	};
	const nones = ["none", "None", "NONE", "nOnE", "", " none", "none ", null, 0, false, undefined];
	return [
		...nones.flatMap((alg, index): Forgery[] => [
			[`alg ${String(alg)} (${index}) unsigned`, jws(without({ ...head, alg }), body, () => Buffer.alloc(0))],
			[`alg ${String(alg)} (${index}) signed`, signed({ alg }, {})],
		]),
		...["256", "384", "512"].flatMap((size) =>
			Object.entries(secrets).map(([name, secret]): Forgery => {
				const hmac = (bytes: Buffer): Buffer => createHmac(`sha${size}`, secret).update(bytes).digest();
				return [`HS${size} with ${name}`, jws({ ...head, alg: `HS${size}` }, body, hmac)];
			}),
		),
		...curves({ head, body }),
		["a stranger's key under our id", signed({}, {}, stranger.privateKey)],
		...["ES256", "RS256", "PS256", "EdDSA ", "eddsa", "Ed448", "ES256K"].map((alg): Forgery => [
			`our key under the name ${alg}`,
			signed({ alg }, {}),
		]),
	];
}

/** Real signatures of other kinds, under their own name and under ours. */
function curves({ head, body }: Pick<Bench, "head" | "body">): Forgery[] {
	const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
	const ec = (namedCurve: string): SignKeyObjectInput => ({
		key: generateKeyPairSync("ec", { namedCurve }).privateKey,
		dsaEncoding: "ieee-p1363",
	});
	const signers: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
		["RS256", (bytes) => sign("sha256", bytes, rsa)],
		["RS512", (bytes) => sign("sha512", bytes, rsa)],
		["PS256", (bytes) => sign("sha256", bytes, { key: rsa, padding: 6, saltLength: 32 })],
		["ES256", (bytes) => sign("sha256", bytes, ec("P-256"))],
		["ES384", (bytes) => sign("sha384", bytes, ec("P-384"))],
		["ES512", (bytes) => sign("sha512", bytes, ec("P-521"))],
		["ES256K", (bytes) => sign("sha256", bytes, ec("secp256k1"))],
		["Ed448", (bytes) => sign(null, bytes, generateKeyPairSync("ed448").privateKey)],
	];
	return signers.flatMap(([alg, signer]): Forgery[] => [
		[`${alg} of a stranger`, jws({ ...head, alg }, body, signer)],
		[`${alg} of a stranger under our name`, jws(head, body, signer)],
	]);
}

function headers({ signed, stranger, head, body }: Bench): Forgery[] {
	const jwk = stranger.publicKey.export({ format: "jwk" });
	const address = "http://127.0.0.1:9/jwks.json";
	const injected: readonly Facts[] = [
		{ jwk },
		{ jwk, kid: undefined },
		{ jku: address },
		{ jku: address, kid: "theirs" },
		{ x5u: address },
		{ x5c: ["MIIB"] },
		{ x5t: "AAAA" },
		{ jwks: { keys: [jwk] } },
		{ keys: [jwk] },
	];
	const ids = [
		"other",
		"",
		"../../../../dev/null",
		"/dev/null",
		"' OR 1=1 --",
		"\u0000",
		address,
		"*",
		"x".repeat(1_000),
	];
	const odd = [null, 0, 1, true, [], ["a"], {}, { $ne: "" }, undefined];
	const types = ["JWT", "jwt", "", "refresh+jwt", "id+jwt", "at", "at+jwt ", "application/jwt", null, 1, undefined];
	const criticals: readonly Facts[] = [
		{ crit: ["exp"] },
		{ crit: [] },
		{ crit: "b64" },
		{ crit: ["b64"], b64: false },
		{ crit: ["unheard-of"], "unheard-of": true },
	];
	return [
		...injected.map((more): Forgery => [
			`a stranger's ${JSON.stringify(more).slice(0, 40)}`,
			signed(more, {}, stranger.privateKey),
		]),
		...[...ids, ...odd].map((kid, index): Forgery => [
			`kid ${index} ${JSON.stringify([kid]).slice(0, 30)}`,
			signed({ kid }, {}),
		]),
		...types.map((typ): Forgery => [`typ ${String(typ)}`, signed({ typ }, {})]),
		...criticals.map((more): Forgery => [`critical ${JSON.stringify(more)}`, signed(more, {})]),
		["two algs", doubled(head, body, stranger.privateKey)],
	];
}

/** Two readers may see two different headers in it. */
function doubled(head: Facts, body: Facts, key: KeyObject): string {
	const text = JSON.stringify(head).replace("{", '{"alg":"none",');
	return jws(text, body, (bytes) => sign(null, bytes, key));
}

function claims({ signed, seconds }: Bench): Forgery[] {
	const wrong: Readonly<Record<string, readonly unknown[]>> = {
		iss: ["evil", "", "PayFlow", "payflow ", "https://payflow", null, 1, ["payflow"], undefined],
		aud: ["evil", "", "payflow", "payflow-api ", [], ["evil"], null, 1, {}, undefined],
		exp: [seconds - 600, 0, -1, "never", null, undefined, [], String(seconds + 600)],
		nbf: [seconds + 900, "later", {}],
		iat: [undefined, "now", null],
		sub: [undefined, null, 1, ["USR_1"], {}],
		sid: [undefined, null, 1, "", "SES_0000000000", "../x", {}],
	};
	return Object.entries(wrong).flatMap(([claim, values]) =>
		values.map((value, index): Forgery => [
			`${claim} ${index} ${JSON.stringify(value)}`,
			signed({}, { [claim]: value }),
		]),
	);
}

/** The signature is good, for something else. */
function tampered({ good, head, body, seconds }: Bench): Forgery[] {
	const [, , signature = ""] = good.split(".");
	const changes: readonly Facts[] = [
		{ roles: ["ROLE_ADMIN"] },
		{ roles: [] },
		{ sub: "USR_ADMIN" },
		{ sid: "SES_OTHER" },
		{ exp: seconds + 86_400 },
		{ iat: 0 },
		{ iss: "payflow", admin: true },
		{ jti: "another" },
		{ scope: "*" },
	];
	return [
		...changes.map((change): Forgery => [
			`changed to ${JSON.stringify(change)}`,
			`${encode(head)}.${encode({ ...body, ...change })}.${signature}`,
		]),
		[
			"a header with a space more",
			`${encode(JSON.stringify(head).replace(",", ", "))}.${good.split(".").slice(1).join(".")}`,
		],
		["a body with a space more", `${encode(head)}.${encode(JSON.stringify(body).replace(",", ", "))}.${signature}`],
	];
}

function signatures({ good }: Bench): Forgery[] {
	const [first = "", second = "", third = ""] = good.split(".");
	const bytes = Buffer.from(third, "base64url");
	const withSignature = (changed: Buffer): string => `${first}.${second}.${changed.toString("base64url")}`;
	const flip = (at: number): Buffer => {
		const copy = Buffer.from(bytes);
		copy[at] = (copy[at] ?? 0) ^ 1;
		return copy;
	};
	return [
		...Array.from({ length: FLIPS }, (_, at): Forgery => [
			`a bit flipped at ${at} of the signature`,
			withSignature(flip(at)),
		]),
		...[0, 1, 31, 32, 63].map((length): Forgery => [
			`${length} bytes of signature`,
			withSignature(bytes.subarray(0, length)),
		]),
		["a signature and more", withSignature(Buffer.concat([bytes, Buffer.alloc(1)]))],
		["two signatures", withSignature(Buffer.concat([bytes, bytes]))],
		["a signature of zeros", withSignature(Buffer.alloc(bytes.length))],
		["halves swapped", withSignature(Buffer.concat([bytes.subarray(HALF), bytes.subarray(0, HALF)]))],
		["the same number written larger", withSignature(larger(bytes))],
	];
}

function larger(signature: Buffer): Buffer {
	const number = BigInt(`0x${Buffer.from(signature.subarray(HALF)).reverse().toString("hex")}`) + ORDER;
	const hex = number.toString(16).padStart(2 * HALF, "0");
	return Buffer.concat([signature.subarray(0, HALF), Buffer.from(hex, "hex").reverse()]);
}

function shapes({ good, head, body, signed }: Bench): Forgery[] {
	const [first = "", second = "", third = ""] = good.split(".");
	const direct = encode({ alg: "dir", enc: "A256GCM", typ: "at+jwt", kid: head["kid"] });
	const agreed = encode({ alg: "ECDH-ES", enc: "A256GCM", kid: head["kid"] });
	const cuts = Array.from({ length: Math.floor(good.length / CUT_EVERY) }, (_, index) => index * CUT_EVERY);
	return [
		...cuts.map((length): Forgery => [`cut after ${length}`, good.slice(0, length)]),
		["no signature", `${first}.${second}.`],
		["two parts", `${first}.${second}`],
		["four parts", `${good}.${third}`],
		["parts turned round", `${third}.${second}.${first}`],
		["no header", `.${second}.${third}`],
		["no body", `${first}..${third}`],
		["an encrypted token", `${direct}..${encode("iv")}.${second}.${encode("tag")}`],
		["a token encrypted for our key", `${agreed}.${encode("key")}.${encode("iv")}.${second}.${encode("tag")}`],
		["JSON instead of dots", JSON.stringify({ protected: first, payload: second, signature: third })],
		["a header that is no JSON", `${encode("{")}.${second}.${third}`],
		["a header that is a list", `${encode([head])}.${second}.${third}`],
		["a body that is a list", jwsList(signed, body)],
		["too long", "a".repeat(9_000)],
		["garbage", "a.b.c"],
	];
}

function jwsList(signed: Bench["signed"], body: Facts): string {
	const [first = "", , third = ""] = signed({}, {}).split(".");
	return `${first}.${encode([body])}.${third}`;
}
