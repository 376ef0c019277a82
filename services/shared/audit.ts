/** Which page of an audit is wanted; `after` is the `next` of the page before. */
export interface AuditRequest {
	limit?: number;
	after?: string;
	/** Only what is stored, without holding it against its history: for a second look at the same. */
	isBrief?: boolean;
}

/** A page of an audit. `next` is null at the end; `total` is about how many there are, told with the first page only. */
export interface AuditPage<Item> {
	items: readonly Item[];
	next: string | null;
	total: number | null;
}

/** Items of a page when nobody says how many. */
export const AUDIT_LIMIT = 200;
