import { layout } from "./layout.ts";
import type { PageContext, PageView } from "./page.ts";
import type { Texts } from "./texts.ts";
import { texts } from "./texts.ts";

/** The result of a payment, filled in by the browser. */
export interface SuccessModel {
	readonly text: Texts["success"];
	readonly common: Texts["common"];
	readonly step: 3;
}

/** `/success`: approves the payment that the provider sent back, and shows how it went. */
export function successPage(
	context: PageContext,
	query: Readonly<Record<string, string>> = {},
): PageView<SuccessModel> {
	const { success: text, common } = texts(context.lang);
	return {
		view: "checkout/success",
		model: {
			layout: layout(context, { title: text.title, script: "success.js", areas: ["success", "fail"], query }),
			text,
			common,
			step: 3,
		},
	};
}
