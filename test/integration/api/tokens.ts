import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";

/** A signer of access tokens like the auth service's. */
export interface TokenSigner {
	readonly kid: string;
	readonly jwks: { keys: Record<string, unknown>[] };
	/** `now` in milliseconds; every part can be made wrong. */
	sign(claims: JWTPayload, options?: TokenOptions): Promise<string>;
}

export interface TokenOptions {
	now?: number;
	lifetimeS?: number;
	issuer?: string;
	audience?: string;
	typ?: string;
	kid?: string;
}

export async function createSigner(kid = "key-1"): Promise<TokenSigner> {
	const { publicKey, privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
	const jwk = { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "EdDSA" };
	return {
		kid,
		jwks: { keys: [jwk] },
		async sign(claims, options = {}) {
			const issuedAt = Math.floor((options.now ?? Date.now()) / 1_000);
			return await new SignJWT(claims)
				.setProtectedHeader({ alg: "EdDSA", typ: options.typ ?? "at+jwt", kid: options.kid ?? kid })
				.setIssuer(options.issuer ?? "payflow")
				.setAudience(options.audience ?? "payflow-api")
				.setIssuedAt(issuedAt)
				.setExpirationTime(issuedAt + (options.lifetimeS ?? 300))
				.sign(privateKey);
		},
	};
}
