import { argon2, timingSafeEqual } from "node:crypto";
import type { RandomBytes } from "../../../mixins/runtime.ts";
import type { Hasher } from "../application/ports.ts";
import { canonicalPassword } from "../domain/password.ts";
import { AuthRejected } from "../domain/rejected.ts";

/** What one hash costs. */
export interface HashCost {
	readonly memoryKiB: number;
	readonly passes: number;
	readonly parallelism: number;
}

/** The first choice of the OWASP Password Storage Cheat Sheet for argon2id with little memory. */
export const DEFAULT_COST: HashCost = { memoryKiB: 19_456, passes: 2, parallelism: 1 };

const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Each hash holds a thread and its memory. */
const RUNNING_MAX = 2;
const WAITING_MAX = 200;
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

interface Parsed {
	readonly cost: HashCost;
	readonly salt: Buffer;
	readonly tag: Buffer;
}

/** argon2id with at most two hashes at a time; when 200 wait, the next is refused with RATE_LIMITED. */
export function createHasher(random: RandomBytes, cost: HashCost = DEFAULT_COST): Hasher {
	const limited = limiter();
	const derive = (password: string, salt: Uint8Array, withCost: HashCost): Promise<Buffer> =>
		limited(() => argon2id(password, salt, withCost));
	const nobody: Parsed = { cost, salt: Buffer.from(random(SALT_BYTES)), tag: Buffer.from(random(TAG_BYTES)) };
	const matches = async (password: string, { cost: withCost, salt, tag }: Parsed): Promise<boolean> =>
		timingSafeEqual(await derive(password, salt, withCost), tag);
	return {
		async hash(password) {
			const salt = Buffer.from(random(SALT_BYTES));
			return phc(cost, salt, await derive(password, salt, cost));
		},
		async verify(passwordHash, password) {
			const parsed = parse(passwordHash);
			return parsed !== null && (await matches(password, parsed));
		},
		async verifyNobody(password) {
			await matches(password, nobody);
			return false;
		},
		isOutdated(passwordHash) {
			const parsed = parse(passwordHash);
			return parsed === null || JSON.stringify(parsed.cost) !== JSON.stringify(normalCost(cost));
		},
	};
}

function argon2id(password: string, salt: Uint8Array, { memoryKiB, passes, parallelism }: HashCost): Promise<Buffer> {
	const message = Buffer.from(canonicalPassword(password), "utf8");
	return new Promise((resolve, reject) => {
		argon2(
			"argon2id",
			{ message, nonce: salt, memory: memoryKiB, passes, parallelism, tagLength: TAG_BYTES },
			(error, tag) => {
				if (error === null) resolve(tag);
				else reject(error);
			},
		);
	});
}

function limiter(): <T>(task: () => Promise<T>) => Promise<T> {
	const waiting: (() => void)[] = [];
	let running = 0;
	return async (task) => {
		if (waiting.length >= WAITING_MAX) throw new AuthRejected("RATE_LIMITED", { retryAfterSeconds: 5 });
		if (running >= RUNNING_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
		else running++;
		try {
			return await task();
		} finally {
			const next = waiting.shift();
			if (next === undefined) running--;
			else next();
		}
	};
}

function phc({ memoryKiB, passes, parallelism }: HashCost, salt: Buffer, tag: Buffer): string {
	return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

function parse(text: string): Parsed | null {
	const [, memory, passes, parallelism, salt, tag] = PHC.exec(text) ?? [];
	if (salt === undefined || tag === undefined) return null;
	const cost = { memoryKiB: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
	return { cost, salt: Buffer.from(salt, "base64"), tag: Buffer.from(tag, "base64") };
}

function normalCost({ memoryKiB, passes, parallelism }: HashCost): HashCost {
	return { memoryKiB, passes, parallelism };
}

/** PHC strings use base64 without padding. */
function base64(bytes: Buffer): string {
	return bytes.toString("base64").replaceAll("=", "");
}
