import { layout } from "./layout.ts";
import type { PageContext, PageView } from "./page.ts";
import type { Texts } from "./texts.ts";
import { texts } from "./texts.ts";

/** Why there is no page; nothing internal. */
export interface ProblemModel {
	readonly text: Texts["problem"];
	readonly common: Texts["common"];
	readonly heading: string;
	readonly message: string;
	readonly statusCode: number;
}

/** The error page of browser routes: 404 says so, everything else is one constant text with the correlation id. */
export function problemPage(context: PageContext, status: number): PageView<ProblemModel> {
	const { problem: text, common } = texts(context.lang);
	const missing = status === 404;
	const heading = missing ? text.notFoundTitle : text.errorTitle;
	return {
		status,
		view: "site/problem",
		model: {
			layout: layout(context, { title: heading, script: "problem.js" }),
			text,
			common,
			heading,
			message: missing ? text.notFoundText : text.errorText,
			statusCode: status,
		},
	};
}
