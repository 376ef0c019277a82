import { createHmac } from "node:crypto";
import type { RandomBytes } from "../../../mixins/runtime.ts";
import type { Vault } from "../application/ports.ts";
import { AuthRejected } from "../domain/rejected.ts";
import { KEY_BYTES, SealBroken, namedKey, seal, unseal, type NamedKey } from "./cipher.ts";
import type { Keys } from "./keys.ts";

/** Envelope encryption: the master key wraps one data key per user, the data key seals the user's fields. */
export function createVault({ master, lookup }: Pick<Keys, "master" | "lookup">, random: RandomBytes): Vault {
	const wrap = (userId: string, key: Buffer): string => seal(master[0], keyPlace(userId), key, random);
	const unwrap = (userId: string, wrappedKey: string): Buffer =>
		refuseBroken(() => unseal(master, keyPlace(userId), wrappedKey));
	const dataKey = (userId: string, wrappedKey: string): NamedKey => namedKey(unwrap(userId, wrappedKey));
	return {
		blindIndex: (purpose, text) =>
			createHmac("sha256", lookup)
				.update(JSON.stringify([purpose, text]))
				.digest("base64url"),
		newKey: (userId) => wrap(userId, Buffer.from(random(KEY_BYTES))),
		rewrap: (userId, wrappedKey) => wrap(userId, unwrap(userId, wrappedKey)),
		seal: (userId, wrappedKey, place, text) =>
			seal(dataKey(userId, wrappedKey), [userId, ...place], Buffer.from(text, "utf8"), random),
		unseal: (userId, wrappedKey, place, sealed) => {
			const key = dataKey(userId, wrappedKey);
			return refuseBroken(() => unseal([key], [userId, ...place], sealed)).toString("utf8");
		},
	};
}

function keyPlace(userId: string): readonly string[] {
	return ["user", userId, "data-key"];
}

function refuseBroken<T>(open: () => T): T {
	try {
		return open();
	} catch (error) {
		throw error instanceof SealBroken ? new AuthRejected("SEAL_INVALID") : error;
	}
}
