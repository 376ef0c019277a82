import { EVENT_ROW } from "../domain/event-row.ts";
import { HOUR, MINUTE } from "../domain/roll-up.ts";

const PAGE = 1_000;
/** The longest window that figures are asked for, and a day. */
const ROLL_UPS_MS = 31 * 86_400_000;

/** What the purge needs of the store. */
export interface AgingRows {
	find(
		kind: string,
		query: {
			readonly range: { readonly field: string; readonly to: string };
			readonly direction: "asc";
			readonly limit: number;
		},
	): Promise<readonly { readonly id: string }[]>;
	remove(kind: string, ids: readonly string[]): Promise<void>;
}

/** Removes rows after `retentionMs`, and roll-ups then or once no window reaches them, whichever is later; answers how many. */
export async function purgeAll(
	rows: AgingRows,
	now: number,
	retentionMs: number,
	isOver: () => boolean,
): Promise<number> {
	const before = (ageMs: number) => new Date(now - ageMs).toISOString();
	const purges = [
		{ kind: EVENT_ROW, field: "timestamp", to: before(retentionMs) },
		{ kind: MINUTE, field: "from", to: before(ROLL_UPS_MS) },
		{ kind: HOUR, field: "from", to: before(Math.max(retentionMs, ROLL_UPS_MS)) },
	];
	let purged = 0;
	for (const { kind, field, to } of purges) purged += await purge(rows, kind, { field, to }, isOver);
	return purged;
}

/** Removes what is not younger than the range's end, oldest first, until done or told to stop; answers how many. */
async function purge(
	rows: AgingRows,
	kind: string,
	range: { readonly field: string; readonly to: string },
	isOver: () => boolean,
): Promise<number> {
	let purged = 0;
	while (!isOver()) {
		const page = await rows.find(kind, { range, direction: "asc", limit: PAGE });
		await rows.remove(
			kind,
			page.map(({ id }) => id),
		);
		purged += page.length;
		if (page.length < PAGE) break;
	}
	return purged;
}
