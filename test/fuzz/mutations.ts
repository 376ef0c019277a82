import * as fc from "fast-check";

/** Values that break what was not thought of: injections, numbers out of range, other types, odd characters. */
const NASTY: readonly unknown[] = [
	null,
	true,
	0,
	-1,
	1.5,
	1e300,
	-0,
	Number.MAX_SAFE_INTEGER,
	"",
	" ",
	"0",
	"null",
	"\u0000",
	"a\u0000b",
	"\ud800",
	"\u202egpj.exe",
	"\u200b",
	"é".normalize("NFD"),
	"ﬀ",
	"𐀀".repeat(50),
	"x".repeat(5_000),
	"' OR 1=1 --",
	'"; DROP TABLE events; --',
	"${7*7}",
	"{{7*7}}",
	"<script>alert(1)</script>",
	"../../../../etc/passwd",
	"file:///etc/passwd",
	"http://169.254.169.254/",
	"__proto__",
	"constructor",
	"%00",
	"%s%s%n",
	"9007199254740993",
	"2030-13-45T99:99:99Z",
	[],
	[[]],
	[null],
	{},
	{ $gt: "" },
	{ $where: "sleep(1000)" },
	{ length: 1 },
	{ toString: 1 },
	{ constructor: { prototype: { isAdmin: true } } },
];

const nasty = fc.constantFrom(...NASTY);
const NAMES = ["isAdmin", "roles", "userId", "status", "amount", "_id", "$where", "limit", "constructor", "toString"];

/** The same value with one thing in it changed, dropped or added. */
export function spoiled(value: unknown): fc.Arbitrary<unknown> {
	if (Array.isArray(value)) return spoiledList(value);
	if (typeof value === "object" && value !== null) return spoiledObject(value as Readonly<Record<string, unknown>>);
	return fc.oneof(nasty, shifted(value));
}

/** Anything at all, of any shape. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
	nasty,
	fc.jsonValue({ maxDepth: 3 }),
	fc.object({ maxDepth: 2 }),
);

/** Text for a place in an address. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
	nasty.filter((value) => typeof value === "string" || typeof value === "number").map(String),
	fc.string({ maxLength: 60, unit: "binary" }),
	fc.string({ maxLength: 200 }),
);

function spoiledObject(value: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
	const names = Object.keys(value);
	const added = fc.tuple(fc.constantFrom(...NAMES), nasty).map(([name, more]) => ({ ...value, [name]: more }));
	if (names.length === 0) return fc.oneof(added, nasty);
	const one = fc.constantFrom(...names);
	return fc.oneof(
		{ weight: 6, arbitrary: one.chain((name) => spoiled(value[name]).map((other) => ({ ...value, [name]: other }))) },
		{
			weight: 2,
			arbitrary: one.map((name) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))),
		},
		{ weight: 2, arbitrary: added },
		{ weight: 1, arbitrary: nasty },
	);
}

function spoiledList(value: readonly unknown[]): fc.Arbitrary<unknown> {
	const many = fc.constant(Array.from({ length: 200 }, () => value[0] ?? "x"));
	if (value.length === 0) return fc.oneof(nasty, many);
	const at = fc.nat({ max: value.length - 1 });
	return fc.oneof(
		at.chain((index) => spoiled(value[index]).map((other) => value.with(index, other))),
		fc.constant([...value, ...value]),
		many,
		nasty,
	);
}

/** Near misses: one more, one less, the other sign, the number as text. */
function shifted(value: unknown): fc.Arbitrary<unknown> {
	if (typeof value === "number")
		return fc.constantFrom(value + 1, value - 1, -value, value * 1e9, value + 0.5, String(value));
	if (typeof value === "string")
		return fc.constantFrom(
			`${value} `,
			` ${value}`,
			value.toUpperCase(),
			value + value,
			value.slice(1),
			`${value}\n`,
			`${value}\u0000`,
		);
	return nasty;
}
