import {
	chmodSync,
	closeSync,
	fsyncSync,
	linkSync,
	mkdirSync,
	openSync,
	readFileSync,
	unlinkSync,
	writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** Only the owner may read or write a key. */
const MODE = 0o600;
const FOLDER_MODE = 0o700;

/**
 * The text of a key file, made by `create` where it is missing. The file appears whole or not at all, and of two
 * processes that make it at once both get the same one.
 */
export function readOrCreate(file: string, temporarySuffix: string, create: () => string): string {
	const existing = readExisting(file);
	if (existing !== null) return existing;
	mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
	const temporary = `${file}.${temporarySuffix}`;
	writeDurably(temporary, create());
	try {
		linkSync(temporary, file);
	} catch (error) {
		if (codeOf(error) !== "EEXIST") throw error;
	} finally {
		unlinkSync(temporary);
	}
	return readFileSync(file, "utf8");
}

function readExisting(file: string): string | null {
	try {
		const text = readFileSync(file, "utf8");
		chmodSync(file, MODE);
		return text;
	} catch (error) {
		if (codeOf(error) === "ENOENT") return null;
		throw error;
	}
}

function writeDurably(file: string, text: string): void {
	const descriptor = openSync(file, "wx", MODE);
	try {
		writeSync(descriptor, text);
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

function codeOf(error: unknown): unknown {
	return typeof error === "object" && error !== null && "code" in error ? error.code : null;
}
