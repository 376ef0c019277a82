import { createHmac, createSecretKey, hash, hkdfSync, timingSafeEqual, type KeyObject } from "node:crypto";

/** Signs packets between processes, and opens those that others have signed. */
export interface Seal {
	/** The packet with its token as its last field; `to` is the receiving process, null for all. */
	close(kind: string, to: string | null, packet: Buffer): Buffer;
	/** Null for a good token, else what is wrong with it; `self` is this process. */
	problemOf(kind: string, self: string, packet: Buffer): SealProblem | null;
}

/** Why a packet is not believed. */
export type SealProblem = "missing" | "foreign" | "expired" | "altered";

/** A token is good for this long. */
export const SEAL_LIFE_MS = 30_000;
/** Clocks of two processes may differ by this much. */
export const SEAL_LEEWAY_MS = 15_000;

const KEY_BYTES = 32;
const KEY_PURPOSE = "payflow calls between processes";
const MAC = "sha256";
const FIELD = ',"seal":"';
const END = '"}';
/** Key id, expiry in milliseconds, MAC. */
const TAIL = /^,"seal":"([A-Za-z0-9_-]{4})\.(\d{13})\.([A-Za-z0-9_-]{43})"\}$/;
const TAIL_LENGTH = FIELD.length + 4 + 1 + 13 + 1 + 43 + END.length;
const EVERYBODY = "*";

interface SealKey {
	readonly id: string;
	readonly secret: KeyObject;
}

/**
 * Seals under keys derived from the shared secrets: the first one signs, all are believed, so that they can be changed one process
 * after another. The token covers every byte of the packet (the caller's identity, action, params, command id, sender), the kind
 * of the packet, its receiver and its expiry.
 */
export function createSeal(secrets: readonly string[], now: () => number): Seal {
	const keys = secrets.map(keyOf);
	const [own] = keys;
	if (own === undefined) throw new Error("MASTER_KEY is required where processes call each other.");

	return {
		close(kind, to, packet) {
			const body = packet.subarray(0, packet.length - 1);
			const claim = `${own.id}.${now() + SEAL_LIFE_MS}`;
			const mac = macOf(own, kind, to ?? EVERYBODY, claim, body).toString("base64url");
			return Buffer.concat([body, Buffer.from(`${FIELD}${claim}.${mac}${END}`)]);
		},
		problemOf(kind, self, packet) {
			const found = tokenIn(packet);
			if (found === null) return "missing";
			const { id, expiry, mac, body } = found;
			const key = keys.find((each) => each.id === id);
			if (key === undefined) return "foreign";
			const claim = `${id}.${expiry}`;
			const isGood = [self, EVERYBODY].some((to) => timingSafeEqual(macOf(key, kind, to, claim, body), mac));
			return isGood ? timeProblem(Number(expiry) - now()) : "altered";
		},
	};
}

/** Also one that claims to last longer than any token does. */
function timeProblem(leftMs: number): SealProblem | null {
	return leftMs < -SEAL_LEEWAY_MS || leftMs > SEAL_LIFE_MS + SEAL_LEEWAY_MS ? "expired" : null;
}

function tokenIn(packet: Buffer) {
	const start = packet.length - TAIL_LENGTH;
	if (start < 1) return null;
	const [, id = "", expiry = "", mac = ""] = TAIL.exec(packet.toString("latin1", start)) ?? [];
	if (mac === "") return null;
	return { id, expiry, mac: Buffer.from(mac, "base64url"), body: packet.subarray(0, start) };
}

function keyOf(secret: string): SealKey {
	const bytes = Buffer.from(hkdfSync(MAC, secret, "", KEY_PURPOSE, KEY_BYTES));
	return { id: hash(MAC, bytes, "base64url").slice(0, 4), secret: createSecretKey(bytes) };
}

/** Neither kinds nor names of processes hold line feeds, so no two packets have one text. */
function macOf({ secret }: SealKey, kind: string, to: string, claim: string, body: Buffer): Buffer {
	return createHmac(MAC, secret).update(`${kind}\n${to}\n${claim}\n`).update(body).digest();
}
