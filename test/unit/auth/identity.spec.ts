import { deviceOf } from "../../../services/auth/domain/device.ts";
import { identifierOf, identityProblems, normalise, type Identity } from "../../../services/auth/domain/identity.ts";
import { passwordProblems } from "../../../services/auth/domain/password.ts";
import { refuseProblems } from "../../../services/auth/domain/rejected.ts";
import { thrown } from "./support.ts";

const good: Identity = { username: "mina", email: "mina@example.com", name: "김미나", phoneNumber: "010-1234-5678" };
const fieldsOf = (change: Partial<Identity>) => identityProblems({ ...good, ...change }).map(({ field }) => field);

describe("an identity", () => {
	it.each(["abc", "a.b-c_d", "0".repeat(30), "testuser3"])("may have the username %s", (username) => {
		expect(fieldsOf({ username })).toEqual([]);
	});

	it.each(["ab", "", "_abc", "a b c", "미나미나", "a".repeat(31), "a@b.com", "abc\n"])(
		"may not have the username %j",
		(username) => {
			expect(fieldsOf({ username })).toEqual(["username"]);
		},
	);

	it.each(["a@b.co", "first.last+tag@sub.example.com", "미나@example.com"])("may have the address %s", (email) => {
		expect(fieldsOf({ email })).toEqual([]);
	});

	it.each([
		"",
		"a",
		"a@b",
		"@example.com",
		"a b@example.com",
		"a@-b.com",
		"a@b..com",
		`${"a".repeat(65)}@b.co`,
		`a@${"b.".repeat(130)}co`,
	])("may not have the address %j", (email) => {
		expect(fieldsOf({ email })).toEqual(["email"]);
	});

	it("may leave out name and phone number", () => {
		expect(fieldsOf({ name: null, phoneNumber: null })).toEqual([]);
	});

	it("may not hide control characters in a name, or letters in a phone number", () => {
		expect(fieldsOf({ name: "a\u0000b", phoneNumber: "call me" })).toEqual(["name", "phoneNumber"]);
		expect(fieldsOf({ name: " " })).toEqual(["name"]);
		expect(fieldsOf({ name: "a".repeat(101) })).toEqual(["name"]);
	});

	it("is one and the same in any case and composition", () => {
		expect(normalise(" MINA@Example.COM ")).toBe("mina@example.com");
		expect(normalise("e\u0301")).toBe(normalise("É"));
	});

	it("is named by username or address at login", () => {
		expect(identifierOf({ username: "Mina" })).toEqual({ kind: "username", value: "mina" });
		expect(identifierOf({ username: "Mina@example.com" })).toEqual({ kind: "email", value: "mina@example.com" });
		expect(identifierOf({ email: "mina@example.com" })).toEqual({ kind: "email", value: "mina@example.com" });
		expect(identifierOf({ username: null, email: " " })).toBeNull();
		expect(identifierOf({})).toBeNull();
	});
});

describe("a password", () => {
	const codeOf = (password: string) =>
		passwordProblems(password, { username: "MinaMina", email: "mina@example.com" })[0]?.code;

	it.each(["password123", "test1234", "가나다라마바사아", "x".repeat(128), "        "])("may be %j", (password) => {
		expect(codeOf(password)).toBeUndefined();
	});

	it.each([
		["1234567", "TOO_SHORT"],
		["😀".repeat(7), "TOO_SHORT"],
		["x".repeat(129), "TOO_LONG"],
		["minamina", "SAME_AS_USERNAME"],
		["Mina@Example.com", "SAME_AS_EMAIL"],
		["12345678", "TOO_COMMON"],
		["QWERTY123", "TOO_COMMON"],
		["password", "TOO_COMMON"],
	])("may not be %j", (password, code) => {
		expect(codeOf(password)).toBe(code);
	});
});

describe("a form", () => {
	it("is refused with every field that breaks its rule", () => {
		const problems = [{ field: "username", code: "INVALID_FORMAT" }];
		expect(thrown(() => refuseProblems(problems))).toMatchObject({
			code: "VALIDATION_ERROR",
			details: { errors: problems },
		});
		expect(() => refuseProblems([])).not.toThrow();
	});
});

describe("a device label", () => {
	it.each([
		["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36", "Chrome on Windows"],
		["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/124.0 Safari/537.36 Edg/124.0", "Edge on Windows"],
		["Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile/15E148 Safari/604.1", "Safari on iOS"],
		["Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0", "Firefox on Linux"],
		["curl/8.5.0", "curl"],
		["someone@example.com", null],
		[undefined, null],
	])("of %j is %j", (header, label) => {
		expect(deviceOf(header)).toBe(label);
	});
});
