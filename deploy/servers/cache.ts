import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

const OUTPUT_MAX_BYTES = 16_000_000;

/** Programs are got once per version and shared by all checkouts. */
export const CACHE = process.env["PAYFLOW_CACHE"] ?? join(homedir(), ".cache", "payflow");

/** The folder of that name, made by `make` the first time; two processes that make it at once end with one of the two. */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
	const folder = join(CACHE, name);
	if (existsSync(folder)) return folder;
	await mkdir(dirname(folder), { recursive: true });
	const draft = await mkdtemp(`${folder}.`);
	try {
		await make(draft);
		await rename(draft, folder);
	} catch (error) {
		await rm(draft, { recursive: true, force: true });
		if (!existsSync(folder)) throw error;
	}
	return folder;
}

/** Output of a program that must succeed; throws with what it printed. */
export function run(
	command: string,
	args: readonly string[],
	options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
	const env = { ...process.env, ...options.env };
	return new Promise((resolve, reject) => {
		execFile(command, args, { maxBuffer: OUTPUT_MAX_BYTES, ...options, env }, (error, stdout, stderr) => {
			if (error === null) resolve(stdout);
			else reject(new Error(`${command} ${args.join(" ")} failed: ${stderr || stdout || error.message}`));
		});
	});
}

/** Path of a program on the PATH (or where Debian puts daemons), or null. */
export function which(command: string): string | null {
	const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
	return folders.map((folder) => join(folder, command)).find((path) => existsSync(path)) ?? null;
}
