import { generateKeyPairSync, randomBytes } from "node:crypto";
import { chmodSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../mixins/clock/system.ts";
import type { Store } from "../../../mixins/store/port.ts";
import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { readOrCreate } from "../../../services/auth/infrastructure/key-files.ts";
import { loadKeys } from "../../../services/auth/infrastructure/keys.ts";
import { temporaryFolder } from "../../support/broker.ts";
import { readSettings } from "../../../mixins/config/settings.ts";

const settingsWith = (env: Record<string, string>) => readSettings({ NODE_ENV: "test", ...env });
const master = (byte: number): string => Buffer.alloc(32, byte).toString("base64");
const pem = (): string => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

describe("the keys", () => {
	let folder: ReturnType<typeof temporaryFolder>;
	let store: Store;
	const load = (env: Record<string, string>) =>
		loadKeys({ settings: settingsWith({ DATA_DIR: folder.path, ...env }), random: randomBytes, store });

	beforeEach(async () => {
		folder = temporaryFolder();
		store = await openSqliteStore({ file: ":memory:", clock: systemClock() });
	});
	afterEach(async () => {
		await store.close();
		folder.remove();
	});

	it("are made once, readable by their owner alone, and found again", async () => {
		const first = await load({});
		const again = await load({});
		expect(again.signing[0].kid).toBe(first.signing[0].kid);
		expect(again.master[0].keyId).toBe(first.master[0].keyId);
		expect([again.lookup, again.refresh]).toEqual([first.lookup, first.refresh]);
		expect(readdirSync(folder.path).sort()).toEqual(["auth-master.key", "auth-signing-key.pem"]);
		for (const name of readdirSync(folder.path)) expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600);
	});

	it("take back what others could read", async () => {
		await load({});
		const file = join(folder.path, "auth-master.key");
		chmodSync(file, 0o644);
		await load({});
		expect(statSync(file).mode & 0o777).toBe(0o600);
	});

	it("leave no file behind when nothing is to be kept", async () => {
		const first = await load({ DATA_DIR: ":memory:", MASTER_KEY: master(1) });
		const again = await load({ DATA_DIR: ":memory:", MASTER_KEY: master(1) });
		expect(first.signing[0].kid).not.toBe(again.signing[0].kid);
		expect(readdirSync(folder.path)).toEqual([]);
	});

	it("come from the settings, newest first", async () => {
		const [newest, older] = [pem(), pem()];
		const keys = await load({ JWT_PRIVATE_KEY: newest + older, MASTER_KEY: `${master(2)},${master(1)}` });
		expect(keys.signing).toHaveLength(2);
		expect(keys.master).toHaveLength(2);
		const escaped = await load({ JWT_PRIVATE_KEY: newest.replaceAll("\n", "\\n"), MASTER_KEY: master(2) });
		expect(escaped.signing[0].kid).toBe(keys.signing[0].kid);
		expect(keys.signing[0].publicJwk).toMatchObject({ kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig" });
		expect(keys.signing[0].publicJwk).not.toHaveProperty("d");
	});

	it("keep every index and refresh token through a change of the master key", async () => {
		const before = await load({ MASTER_KEY: master(1) });
		const both = await load({ MASTER_KEY: `${master(2)},${master(1)}` });
		const after = await load({ MASTER_KEY: master(2) });
		expect([both.lookup, both.refresh]).toEqual([before.lookup, before.refresh]);
		expect([after.lookup, after.refresh]).toEqual([before.lookup, before.refresh]);
		expect(before.lookup).not.toEqual(before.refresh);
	});

	it("are the same for two processes that start at once", async () => {
		const [left, right] = await Promise.all([load({ MASTER_KEY: master(1) }), load({ MASTER_KEY: master(1) })]);
		expect(left.lookup).toEqual(right.lookup);
	});

	it("stop the start with a sentence when they cannot work, and do not quote themselves", async () => {
		const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
		const rsaPem = rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
		await expect(load({ JWT_PRIVATE_KEY: "nonsense" })).rejects.toThrow("holds no key in PEM");
		await expect(load({ JWT_PRIVATE_KEY: rsaPem })).rejects.toThrow("must be an Ed25519 private key");
		await expect(load({ JWT_PRIVATE_KEY: pem().replace("MC4C", "AAAA") })).rejects.toThrow("must be an Ed25519");
		await expect(load({ MASTER_KEY: "c2hvcnQ=" })).rejects.toThrow(/^MASTER_KEY must be 32 bytes in base64\.$/);
	});

	it("refuse a master key that does not open this store", async () => {
		await load({ MASTER_KEY: master(1) });
		await expect(load({ MASTER_KEY: master(2) })).rejects.toThrow("MASTER_KEY does not open the data of this store");
	});
});

describe("a key file", () => {
	it("is whole, whoever of two comes first", () => {
		const folder = temporaryFolder();
		const file = join(folder.path, "deep", "a.key");
		const first = readOrCreate(file, "one", () => {
			expect(readOrCreate(file, "two", () => "second")).toBe("second");
			return "first";
		});
		expect(first).toBe("second");
		expect(readFileSync(file, "utf8")).toBe("second");
		expect(readdirSync(join(folder.path, "deep"))).toEqual(["a.key"]);
		folder.remove();
	});

	it("that cannot be made or read is an error", () => {
		const folder = temporaryFolder();
		expect(() => readOrCreate(folder.path, "one", () => "text")).toThrow("EISDIR");
		folder.remove();
	});
});
