import { layout } from "./layout.ts";
import { isOrderId } from "./order-id.ts";
import type { PageContext, PageView } from "./page.ts";
import type { ProblemModel } from "./problem.page.ts";
import { problemPage } from "./problem.page.ts";
import type { Texts } from "./texts.ts";
import { texts } from "./texts.ts";

/** The frame of an order's story; the story itself comes through the API, plain or in full. */
export interface StoryModel {
	readonly text: Texts["story"];
	readonly common: Texts["common"];
	readonly orderId: string;
	readonly skeletons: readonly number[];
}

/** `/orders/:orderId/story`: everything that happened to an order; 404 when this cannot be an order id. */
export function storyPage(
	context: PageContext,
	orderId: string | undefined,
	query: Readonly<Record<string, string>> = {},
): PageView<StoryModel> | PageView<ProblemModel> {
	if (!isOrderId(orderId)) return problemPage(context, 404);
	const { story: text, common } = texts(context.lang);
	return {
		view: "order/story",
		model: {
			layout: layout(context, {
				title: text.title,
				script: "story.js",
				areas: ["story", "sagas", "fail"],
				query,
				page: { orderId },
			}),
			text,
			common,
			orderId,
			skeletons: [1, 2, 3, 4],
		},
	};
}
