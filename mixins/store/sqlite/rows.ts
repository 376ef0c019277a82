import { crc32 } from "node:zlib";
import type { Envelope } from "../../../services/shared/events.ts";
import { DamagedRow, type State } from "../port.ts";

export { DamagedRow } from "../port.ts";

/** A row as SQLite returns it. */
export type Row = Readonly<Record<string, unknown>>;

/** Checksum of a document row: everything that decides its meaning. */
export function documentChecksum(id: string, version: number, sequence: number, state: string): number {
	return crc32(state, crc32(`${id}|${version}|${sequence}|`));
}

/** Checksum of an event row. */
export function eventChecksum(envelope: string): number {
	return crc32(envelope);
}

/** The event of a row; throws `DamagedRow`. */
export function parseEnvelope(row: Row): Envelope {
	const text = textOf(row, "envelope");
	if (eventChecksum(text) !== row["checksum"]) throw new DamagedRow(`event at position ${String(row["position"])}`);
	return JSON.parse(text) as Envelope;
}

/** The document columns of a row, with the state parsed; throws `DamagedRow`. */
export function parseDocument(row: Row) {
	const document = {
		id: textOf(row, "id"),
		version: Number(row["version"]),
		sequence: Number(row["sequence"]),
		lastTime: textOf(row, "last_time"),
		commandCount: Number(row["command_count"]),
	};
	const text = textOf(row, "state");
	if (documentChecksum(document.id, document.version, document.sequence, text) !== row["checksum"])
		throw new DamagedRow(`document ${document.id}`, document.id);
	return { ...document, state: JSON.parse(text) as State };
}

function textOf(row: Row, column: string): string {
	const value = row[column];
	return typeof value === "string" ? value : "";
}
