import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const MODE = 0o600;
const FOLDER_MODE = 0o700;

/** The text of a key file, made where it is missing; it appears whole or not at all, readable for its owner only. */
export function readOrMake(file: string, suffix: string, make: () => string): string {
	const existing = read(file);
	if (existing !== null) return existing;
	mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
	const temporary = `${file}.${suffix}`;
	const descriptor = openSync(temporary, "wx", MODE);
	writeSync(descriptor, make());
	fsyncSync(descriptor);
	closeSync(descriptor);
	try {
		linkSync(temporary, file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
	}
	unlinkSync(temporary);
	return readFileSync(file, "utf8");
}

function read(file: string): string | null {
	try {
		return readFileSync(file, "utf8");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
		throw error;
	}
}
