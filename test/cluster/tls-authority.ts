import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, which } from "../../deploy/servers/cache.ts";
import type { TlsFiles } from "../../deploy/servers/index.ts";

const DAYS = "2";
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** An authority of our own, that nobody trusts unless told to. */
export interface Authority {
	/** Path of its certificate, for NODE_EXTRA_CA_CERTS. */
	readonly file: string;
	/** A server's certificate for these and nobody else: `IP:127.0.0.1`, `DNS:localhost`. */
	certificateFor(...names: readonly string[]): Promise<TlsFiles>;
}

/** Made by openssl, which must be there: Node can read certificates, not sign them. */
export async function newAuthority(folder: string): Promise<Authority> {
	const openssl = which("openssl");
	if (openssl === null) throw new Error("openssl is missing: install it, these tests make certificates with it.");
	const config = join(folder, "openssl.cnf");
	await writeFile(config, "[req]\ndistinguished_name = name\n[name]\n");
	const sign = async (name: string, extensions: readonly string[], signer: readonly string[]): Promise<TlsFiles> => {
		const [certificate, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
		const request = ["req", "-config", config, "-x509", ...NEW_KEY, "-days", DAYS, "-subj", `/CN=PayFlow test ${name}`];
		const more = extensions.flatMap((extension) => ["-addext", extension]);
		await run(openssl, [...request, ...more, ...signer, "-keyout", key, "-out", certificate]);
		return { certificate, key, authority: join(folder, "authority.crt") };
	};
	const own = await sign("authority", ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"], []);
	let count = 0;
	return {
		file: own.certificate,
		certificateFor: (...names) =>
			sign(
				`server-${++count}`,
				[`subjectAltName=${names.join(",")}`, "basicConstraints=critical,CA:FALSE", "extendedKeyUsage=serverAuth"],
				["-CA", own.certificate, "-CAkey", own.key],
			),
	};
}
