import { layout } from "./layout.ts";
import { isOrderId } from "./order-id.ts";
import type { PageContext, PageView } from "./page.ts";
import type { ProblemModel } from "./problem.page.ts";
import { problemPage } from "./problem.page.ts";
import type { Texts } from "./texts.ts";
import { texts } from "./texts.ts";

/** The frame of one order; the order itself comes through the API, for its owner only. */
export interface OrderModel {
	readonly text: Texts["orders"];
	readonly common: Texts["common"];
	readonly orderId: string;
	readonly reasons: readonly string[];
}

/** `/orders/:orderId`: details, history, cancelling and paying again; 404 when this cannot be an order id. */
export function orderPage(
	context: PageContext,
	orderId: string | undefined,
	query: Readonly<Record<string, string>> = {},
): PageView<OrderModel> | PageView<ProblemModel> {
	if (!isOrderId(orderId)) return problemPage(context, 404);
	const { orders: text, common } = texts(context.lang);
	return {
		view: "order/order",
		model: {
			layout: layout(context, {
				title: text.orderTitle,
				script: "order.js",
				areas: ["orders", "home", "fail", "story"],
				query,
				page: { orderId },
			}),
			text,
			common,
			orderId,
			reasons: [text.reasonMind, text.reasonWrong, text.reasonLate],
		},
	};
}
