import { layout } from "./layout.ts";
import type { PageContext, PageView } from "./page.ts";
import type { Texts } from "./texts.ts";
import { texts } from "./texts.ts";

const FILTERS = ["PENDING", "CONFIRMED", "FAILED", "CANCELLED"] as const;

/** The frame of the list; the rows come through the API. */
export interface OrdersModel {
	readonly text: Texts["orders"];
	readonly common: Texts["common"];
	readonly filters: readonly { readonly status: string; readonly label: string }[];
	readonly skeletons: readonly number[];
}

/** `/orders`: the buyer's own orders, newest first. */
export function ordersPage(context: PageContext, query: Readonly<Record<string, string>> = {}): PageView<OrdersModel> {
	const { orders: text, common, status } = texts(context.lang);
	return {
		view: "order/orders",
		model: {
			layout: layout(context, { title: text.title, script: "orders.js", areas: ["orders"], query }),
			text,
			common,
			filters: [
				{ status: "", label: text.all },
				...FILTERS.map((name) => ({ status: name, label: status[`order.${name}`] })),
			],
			skeletons: [1, 2, 3],
		},
	};
}
