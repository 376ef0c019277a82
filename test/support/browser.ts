import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

/** Web security stays on, unlike in the package's own list: these tests are about cookies, origins and CSP. */
const ARGUMENTS = [
	"--no-sandbox",
	"--no-zygote",
	"--disable-dev-shm-usage",
	"--font-render-hinting=none",
	"--use-gl=angle",
	"--use-angle=swiftshader",
	"--enable-unsafe-swiftshader",
];
const UNPACKED = join(tmpdir(), "payflow-chromium");
const UNPACK = 'import chromium from "@sparticuz/chromium"; console.log(await chromium.executablePath());';

/** A headless Chromium: `CHROMIUM_PATH` when set, else the one npm brings, unpacked once per machine. */
export async function openBrowser(): Promise<Browser> {
	return chromium.launch({ executablePath: await executable(), args: ARGUMENTS, headless: true });
}

async function executable(): Promise<string> {
	const given = process.env["CHROMIUM_PATH"];
	if (given !== undefined && given !== "") return given;
	const file = join(UNPACKED, "chromium");
	if (!existsSync(file)) await unpack();
	return file;
}

/** Unpacks beside the goal and renames, so that test files starting together never see half a browser. */
async function unpack(): Promise<void> {
	const directory = await mkdtemp(`${UNPACKED}-`);
	await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", UNPACK], {
		env: { ...process.env, TMPDIR: directory, NODE_OPTIONS: "" },
	});
	await rename(directory, UNPACKED).catch(async (error: unknown) => {
		await rm(directory, { recursive: true, force: true });
		if (!existsSync(join(UNPACKED, "chromium"))) throw error;
	});
}
