import { randomBytes } from "node:crypto";
import { SealBroken, keyIdOf, namedKey, seal, unseal } from "../../../services/auth/infrastructure/cipher.ts";
import { createVault } from "../../../services/auth/infrastructure/vault.ts";
import { thrown } from "./support.ts";

const key = namedKey(Buffer.alloc(32, 1));
const other = namedKey(Buffer.alloc(32, 2));
const place = ["order", "ORD_1", "customerEmail"];
const sealed = seal(key, place, Buffer.from("mina@example.com"), randomBytes);
const parts = sealed.split(".");
const withPart = (index: number, value: string): string =>
	parts.map((part, at) => (at === index ? value : part)).join(".");
const flipped = (part: string): string => {
	const bytes = Buffer.from(part, "base64url");
	bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
	return bytes.toString("base64url");
};

describe("a sealed value", () => {
	it("opens with its key in its place", () => {
		expect(unseal([other, key], place, sealed).toString()).toBe("mina@example.com");
	});

	it("shows nothing of what it holds and is another one each time", () => {
		expect(sealed).toMatch(/^v1\.[\w-]{8}\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/);
		expect(Buffer.from(parts[3] ?? "", "base64url").toString("latin1")).not.toContain("mina");
		expect(seal(key, place, Buffer.from("mina@example.com"), randomBytes)).not.toBe(sealed);
		expect(keyIdOf(sealed)).toBe(key.keyId);
		expect(keyIdOf("")).toBe("");
	});

	it.each([
		["another record", ["order", "ORD_2", "customerEmail"]],
		["another field", ["order", "ORD_1", "customerName"]],
		["another kind", ["payment", "ORD_1", "customerEmail"]],
		["a place that only looks the same when joined", ["order", "ORD_1,customerEmail"]],
	])("does not open in %s", (_name, elsewhere) => {
		expect(() => unseal([key], elsewhere, sealed)).toThrow(SealBroken);
	});

	it.each([
		["another version", withPart(0, "v2")],
		["an unknown key", withPart(1, other.keyId)],
		["another IV", withPart(2, flipped(parts[2] ?? ""))],
		["a changed text", withPart(3, flipped(parts[3] ?? ""))],
		["a changed tag", withPart(4, flipped(parts[4] ?? ""))],
		["a longer text", `${sealed}.AAAA`],
		["nothing", ""],
	])("does not open with %s", (_name, forged) => {
		expect(() => unseal([key], place, forged)).toThrow(SealBroken);
	});

	it.each([4, 8, 12, 13, 14, 15])("does not open with the first %d bytes of its tag", (length) => {
		const short = Buffer.from(parts[4] ?? "", "base64url")
			.subarray(0, length)
			.toString("base64url");
		expect(() => unseal([key], place, withPart(4, short))).toThrow(SealBroken);
	});

	it("needs a key of 32 bytes", () => {
		expect(() => namedKey(Buffer.alloc(16))).toThrow("32 bytes");
	});
});

describe("the vault", () => {
	const lookup = Buffer.alloc(32, 9);
	const vault = createVault({ master: [key], lookup }, randomBytes);
	const wrapped = vault.newKey("USR_1");

	it("opens what it sealed for the same user only", () => {
		const text = vault.seal("USR_1", wrapped, ["contact", "email"], "미나@example.com");
		expect(vault.unseal("USR_1", wrapped, ["contact", "email"], text)).toBe("미나@example.com");
		const foreign = vault.newKey("USR_2");
		expect(thrown(() => vault.unseal("USR_2", foreign, ["contact", "email"], text)).code).toBe("SEAL_INVALID");
		expect(thrown(() => vault.unseal("USR_2", wrapped, ["contact", "email"], text)).code).toBe("SEAL_INVALID");
	});

	it("keeps a data key through a change of the master key, and needs the old one no more", () => {
		const text = vault.seal("USR_1", wrapped, ["contact", "email"], "mina");
		const both = createVault({ master: [other, key], lookup }, randomBytes);
		expect(both.unseal("USR_1", wrapped, ["contact", "email"], text)).toBe("mina");
		const rewrapped = both.rewrap("USR_1", wrapped);
		const newOnly = createVault({ master: [other], lookup }, randomBytes);
		expect(newOnly.unseal("USR_1", rewrapped, ["contact", "email"], text)).toBe("mina");
		expect(thrown(() => newOnly.unseal("USR_1", wrapped, ["contact", "email"], text)).code).toBe("SEAL_INVALID");
	});

	it("makes the same index for the same text and purpose, and another with another key", () => {
		const index = vault.blindIndex("email", "mina@example.com");
		expect(index).toMatch(/^[\w-]{43}$/);
		expect(vault.blindIndex("email", "mina@example.com")).toBe(index);
		expect(vault.blindIndex("username", "mina@example.com")).not.toBe(index);
		const elsewhere = createVault({ master: [key], lookup: Buffer.alloc(32, 8) }, randomBytes);
		expect(elsewhere.blindIndex("email", "mina@example.com")).not.toBe(index);
	});
});
