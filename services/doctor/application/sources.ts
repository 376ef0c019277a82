import type { AuditPage } from "../../shared/audit.ts";
import type { Fact } from "../domain/purchase.ts";
import type { NextPage } from "./merge.ts";
import type { Keyed } from "./ports.ts";

/** Reads one side of all purchases: a page, and where the next one begins. */
export type ReadPage<Item> = (after: { after?: string }) => Promise<AuditPage<Item>>;

/** Every page of an audit, one after the other. */
export async function* pagesOf<Item>(read: ReadPage<Item>): AsyncGenerator<AuditPage<Item>, void> {
	let after: { after?: string } = {};
	for (;;) {
		const page = await read(after);
		yield page;
		if (page.next === null) return;
		after = { after: page.next };
	}
}

/** A side that is read in the order of the orders, as a source of the merge. */
export function sortedSource<Item>(
	pages: AsyncGenerator<AuditPage<Item>, void>,
	keyed: (item: Item) => readonly Keyed[],
	onPage: (page: AuditPage<Item>) => Promise<void>,
): NextPage {
	return async () => {
		const next = await pages.next();
		if (next.done === true) return null;
		await onPage(next.value);
		return next.value.items.flatMap(keyed);
	};
}

/** A fact under its order's id. */
export function keyedBy(key: string, fact: Fact): readonly Keyed[] {
	return [{ key, fact }];
}

/** The order behind a payment or saga that cannot be read: their ids are made from the order's. */
export function orderIdBehind(id: string): string {
	return id.replace(/^[A-Z]{3}_/, "ORD_");
}
