import { EVENT_ROW } from "../domain/event-row.ts";

const PAGE = 1_000;

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

/** Removes the rows that are not younger than `before` (ISO 8601), oldest first, until done or told to stop; answers how many. */
export async function purgeRows(rows: AgingRows, before: string, isOver: () => boolean): Promise<number> {
	const range = { field: "timestamp", to: before };
	let purged = 0;
	while (!isOver()) {
		const page = await rows.find(EVENT_ROW, { range, direction: "asc", limit: PAGE });
		await rows.remove(
			EVENT_ROW,
			page.map(({ id }) => id),
		);
		purged += page.length;
		if (page.length < PAGE) break;
	}
	return purged;
}
