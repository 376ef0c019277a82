import { generateKeyPairSync, randomBytes } from "node:crypto";

const PASSWORD_BYTES = 24;
const MASTER_KEY_BYTES = 32;

/** What every process of a cluster must share, and nobody else may know. */
export interface ClusterSecrets {
	/** Ed25519 private key in PEM. */
	readonly signingKeyPem: string;
	/** 32 bytes, base64. */
	readonly masterKey: string;
}

/** New ones; the old ones open nothing afterwards, so a cluster with data keeps its own. */
export function newSecrets(): ClusterSecrets {
	const { privateKey } = generateKeyPairSync("ed25519");
	return {
		signingKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
		masterKey: randomBytes(MASTER_KEY_BYTES).toString("base64"),
	};
}

/** A password that no address and no shell has to quote. */
export function newPassword(): string {
	return randomBytes(PASSWORD_BYTES).toString("base64url").replaceAll(/[-_]/g, "x");
}
