import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Route } from "../../services/api/routes/types.ts";
import type { RawRequest } from "./raw-http.ts";
import type { Request } from "./samples.ts";
import type { Facts, System } from "./system.ts";

/** `isRefused`: no reading of it is right. Else it only must do no harm. */
export interface Attack extends RawRequest {
	readonly name: string;
	readonly isRefused: boolean;
}

const MEGABYTE = 1_048_576;
const JSON_TYPE = { "content-type": "application/json" };
/** What a path segment of ours may hold. */
const SEGMENT = /^[A-Za-z0-9_.:-]{1,128}$/;
const SEGMENTS = [
	"%00",
	"a%0d%0ab",
	"..%2f..%2f..%2fetc%2fpasswd",
	"%3Cscript%3E",
	"%E0%A4%A",
	"%7B%22%24gt%22%3A%22%22%7D",
	"'%20OR%201=1--",
	"x".repeat(129),
	"x".repeat(5_000),
	"__proto__",
	"constructor",
	"1e300",
	"9007199254740993",
	"-1",
	"NaN",
];
const NUMBERS = [
	"1e300",
	"9007199254740993",
	"0x10",
	"1.5",
	"-1",
	"",
	"%20",
	"NaN",
	"Infinity",
	"1%00",
	"a".repeat(3_000),
];
/** JSON as it stands in the body, so that numbers JavaScript cannot hold arrive as they are. */
const VALUES = [
	'{"$gt":""}',
	'{"$where":"sleep(1000)"}',
	'{"length":1}',
	"[]",
	"[[]]",
	'["a"]',
	"true",
	"null",
	"1e300",
	"-1e300",
	"9007199254740993",
	"1.5",
	"-1",
	"0",
	'""',
	'"\\u0000"',
	'"a\\u0000b\\u0007\\u001b[31m"',
	'"\\ud800"',
	'"\u202e"',
	JSON.stringify("x".repeat(60_000)),
	'"10000"',
];

/** A logout is never refused, and a notice is a hint that nobody believes: their texts are not judged. */
const TOLERANT: ReadonlySet<string> = new Set(["POST /api/auth/logout", "POST /api/payments/webhook/toss"]);

/** The same request with its path, query, body and headers spoilt, one thing at a time. */
export function attacksOn(key: string, route: Route, request: Request): Attack[] {
	const [method = "", pattern = ""] = key.split(" ");
	const isRead = method === "GET";
	return [
		...pathAttacks(method, pattern, request),
		...(isRead ? queryAttacks(route, request) : []),
		...(isRead || request.body === undefined ? [] : bodyAttacks(key, route, request, request.body)),
		...methodAttacks(request),
	];
}

function pathAttacks(method: string, pattern: string, request: Request): Attack[] {
	const place = pattern.split("/").findIndex((segment) => /^[:*]/.test(segment));
	if (place === -1) return [];
	const [path = "", query] = request.path.split("?");
	return SEGMENTS.map((segment) => {
		const segments = path.split("/");
		segments[place] = segment;
		const isOpenEnded = pattern.split("/")[place]?.startsWith("*") === true;
		const spoilt =
			(isOpenEnded ? segments.slice(0, place + 1) : segments).join("/") + (query === undefined ? "" : `?${query}`);
		return {
			...jsonRequest(method, { ...request, path: spoilt }),
			name: `path ${segment.slice(0, 40)}`,
			isRefused: !SEGMENT.test(segment),
		};
	});
}

function queryAttacks(route: Route, request: Request): Attack[] {
	const [path = ""] = request.path.split("?");
	const isAction = "action" in route;
	const with_ = (query: string, isRefused: boolean): Attack => ({
		path: `${path}?${query}`,
		name: `?${query.slice(0, 40)}`,
		isRefused,
	});
	const integers = isAction ? namesOf(route, "query-integer") : [];
	return [
		with_("a=1&a=2", isAction),
		with_("__proto__=1&constructor=2&$where=1&limit[$gt]=1", false),
		with_(`a=${"x".repeat(8_000)}`, false),
		with_(Array.from({ length: 60 }, (_, index) => `p${index}=1`).join("&"), isAction),
		with_("%00=%00&a=%E0%A4%A", false),
		...integers.flatMap((name) => [
			...NUMBERS.map((value) => with_(`${name}=${value}`, true)),
			with_(`${name}=1&${name}=2`, true),
			with_(`${name}=1&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=2`, true),
		]),
	];
}

function namesOf(route: Route, source: string): string[] {
	const from: Readonly<Record<string, string>> = ("from" in route ? route.from : undefined) ?? {};
	return Object.keys(from).filter((name) => from[name] === source);
}

function bodyAttacks(key: string, route: Route, { path }: Request, body: Facts): Attack[] {
	const [method = ""] = key.split(" ");
	const isKeyed = (method === "POST" || method === "PATCH") && "action" in route && route.idempotent !== false;
	const text = JSON.stringify(body);
	const raw = (
		name: string,
		content: string | Buffer,
		headers: Readonly<Record<string, string>> = JSON_TYPE,
	): Attack => ({
		method,
		path,
		headers,
		body: content,
		name,
		isRefused: true,
	});
	return [
		raw("half a body", text.slice(0, -1)),
		raw("two bodies", text + text),
		raw("no JSON", "amount=1"),
		raw("no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
		raw("a list", `[${text}]`),
		raw("null", "null"),
		raw("a number", "1e300"),
		raw("__proto__", `{"__proto__":{"isAdmin":true},${text.slice(1)}`),
		raw("escaped __proto__", `{"\\u005f_proto__":{},${text.slice(1)}`),
		raw("constructor", `{"constructor":{"prototype":{}},${text.slice(1)}`),
		raw("endless nesting", `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`),
		raw("a megabyte", JSON.stringify({ ...body, padding: "x".repeat(MEGABYTE) })),
		raw("a form", text, { "content-type": "application/x-www-form-urlencoded" }),
		raw("plain text", text, { "content-type": "text/plain" }),
		raw("no type", text, {}),
		raw("packed", text, { ...JSON_TYPE, "content-encoding": "gzip" }),
		...(isKeyed ? [raw("a bad key", text, { ...JSON_TYPE, "idempotency-key": "x".repeat(300) })] : []),
		...Object.keys(body).flatMap((field) => VALUES.map((value) => fieldAttack(key, path, body, field, value))),
	];
}

/** A value of another type has no right reading; one of the same type may be one more name or number. */
function fieldAttack(key: string, path: string, body: Facts, field: string, value: string): Attack {
	const [method = ""] = key.split(" ");
	const parsed: unknown = JSON.parse(value);
	const isRight = isChange(field, parsed) || (typeof parsed === "string" && isAnyTextRight(key, field));
	const isRefused = isWrong(parsed, body[field]) && !isRight;
	const rest = Object.entries(body).filter(([name]) => name !== field);
	const content = `{${JSON.stringify(field)}:${value}${rest.map(([name, kept]) => `,${JSON.stringify(name)}:${JSON.stringify(kept)}`).join("")}}`;
	return {
		method,
		path,
		headers: JSON_TYPE,
		body: content,
		name: `${field}: ${value.slice(0, 40)}`,
		isRefused,
	};
}

/** A password may be made of anything. */
function isAnyTextRight(key: string, field: string): boolean {
	return TOLERANT.has(key) || field === "password";
}

/** A change may go down as well as up. */
function isChange(field: string, value: unknown): boolean {
	return field === "delta" && Number.isSafeInteger(value) && Number(value) !== 0;
}

/** No number of the list is an amount, and no text may be empty, endless or hold control characters. */
function isWrong(value: unknown, right: unknown): boolean {
	if (value === null) return false;
	if (typeof value !== "string" || typeof right !== "string")
		return typeof right === "number" || kindOf(value) !== kindOf(right);
	return value === "" || value.length > 10_000 || value.includes("\u0000");
}

function kindOf(value: unknown): string {
	return Array.isArray(value) ? "list" : typeof value;
}

function methodAttacks({ path }: Request): Attack[] {
	return ["PATCH", "PROPFIND", "TRACE", "LOCK"].map((method) => ({ method, path, name: method, isRefused: true }));
}

/** The request as it should be. */
export function jsonRequest(method: string, { path, body }: Request): RawRequest {
	return body === undefined ? { method, path } : { method, path, headers: JSON_TYPE, body: JSON.stringify(body) };
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Tokens that are almost right, by what is wrong with them; the first part of each name says which claim or field. */
export async function forgedTokens(system: System, good: string): Promise<ReadonlyMap<string, string>> {
	const privateKey = createPrivateKey(readFileSync(join(system.dataDir, "auth-signing-key.pem")));
	const { x: publicBytes = "" } = createPublicKey(privateKey).export({ format: "jwk" });
	const stranger = generateKeyPairSync("ed25519");
	const [header, claims] = good.split(".").map((part) => Buffer.from(part, "base64url").toString());
	const head = JSON.parse(header ?? "") as Facts;
	const body = JSON.parse(claims ?? "") as Facts;
	const now = Math.floor(Date.now() / 1_000);
	const signed = (changedHead: Facts, changedBody: Facts, key: KeyObject = privateKey): string => {
		const unsigned = `${encode({ ...head, ...changedHead })}.${encode({ ...body, ...changedBody })}`;
		return `${unsigned}.${sign(null, Buffer.from(unsigned), key).toString("base64url")}`;
	};
	const hmac = (secret: Buffer | string): string => {
		const unsigned = `${encode({ ...head, alg: "HS256" })}.${encode(body)}`;
		return `${unsigned}.${createHmac("sha256", secret).update(unsigned).digest("base64url")}`;
	};
	const [first = "", second = "", third = ""] = good.split(".");
	const pem = createPublicKey(privateKey).export({ format: "pem", type: "spki" });
	await expectAccepted(system, signed({}, {}));
	return new Map([
		["alg none", `${encode({ ...head, alg: "none" })}.${second}.`],
		["alg None", `${encode({ ...head, alg: "None" })}.${second}.`],
		["no signature", `${first}.${second}.`],
		["a changed role", `${first}.${encode({ ...body, roles: ["ROLE_ADMIN"] })}.${third}`],
		["a changed signature", `${first}.${second}.${third.slice(0, -4)}AAAA`],
		["HS256 with the public key", hmac(Buffer.from(publicBytes, "base64url"))],
		["HS256 with the public key as PEM", hmac(pem.toString())],
		["a stranger's key under our id", signed({}, {}, stranger.privateKey)],
		[
			"a stranger's key in the header",
			signed({ jwk: stranger.publicKey.export({ format: "jwk" }) }, {}, stranger.privateKey),
		],
		["an unknown kid", signed({ kid: "other" }, {})],
		["a kid that is a path", signed({ kid: "../../../../dev/null" }, {})],
		["expired", signed({}, { iat: now - 900, exp: now - 600 })],
		["not yet", signed({}, { nbf: now + 900 })],
		["another issuer", signed({}, { iss: "evil" })],
		["another audience", signed({}, { aud: "evil" })],
		["another type", signed({ typ: "JWT" }, {})],
		["an invented session", signed({}, { sid: "SES_0000000000" })],
		["garbage", "a.b.c"],
		["too long", "a".repeat(9_000)],
	]);
}

/** The forger's hand is steady: with nothing changed, the token opens the door. */
async function expectAccepted(system: System, token: string): Promise<void> {
	await system.read("/api/user/profile", token);
}
