import { layout } from "./layout.ts";
import type { PageContext, PageView } from "./page.ts";
import type { ProblemModel } from "./problem.page.ts";
import { problemPage } from "./problem.page.ts";
import type { Texts } from "./texts.ts";
import { texts } from "./texts.ts";

const TABS = ["RUNNING", "COMPLETED", "COMPENSATED", "ATTENTION"] as const;
const SAGA_ID = /^[A-Za-z0-9_-]{6,64}$/;

/** A tab of the list; its count comes with the figures. */
export interface SagaTab {
	readonly name: (typeof TABS)[number];
	readonly label: string;
	readonly isCurrent: boolean;
}

/** The frame of the list of sagas; rows and counts come through the API, for administrators only. */
export interface SagasModel {
	readonly text: Texts["sagas"];
	readonly common: Texts["common"];
	readonly tabs: readonly SagaTab[];
	readonly orderId: string;
	readonly skeletons: readonly number[];
}

/** The frame of one saga. */
export interface SagaModel {
	readonly text: Texts["sagas"];
	readonly common: Texts["common"];
	readonly sagaId: string;
}

/** `/sagas`: all sagas by state, newest first; `?tab=` and `?order=` name a view that can be linked to. */
export function sagasPage(context: PageContext, query: Readonly<Record<string, string>> = {}): PageView<SagasModel> {
	const { sagas: text, common } = texts(context.lang);
	const current = TABS.find((name) => name === query["tab"]) ?? "RUNNING";
	const orderId = SAGA_ID.test(query["order"] ?? "") ? (query["order"] ?? "") : "";
	return {
		view: "saga/sagas",
		model: {
			layout: layout(context, {
				title: text.title,
				script: "sagas.js",
				areas: ["sagas"],
				query,
				page: { tab: current, orderId },
			}),
			text,
			common,
			tabs: TABS.map((name) => ({ name, label: text[`tab${name}`], isCurrent: name === current })),
			orderId,
			skeletons: [1, 2, 3, 4],
		},
	};
}

/** `/sagas/:sagaId`: the steps of one saga on a time line; 404 when this cannot be a saga's id. */
export function sagaPage(
	context: PageContext,
	sagaId: string | undefined,
	query: Readonly<Record<string, string>> = {},
): PageView<SagaModel> | PageView<ProblemModel> {
	if (sagaId === undefined || !SAGA_ID.test(sagaId)) return problemPage(context, 404);
	const { sagas: text, common } = texts(context.lang);
	return {
		view: "saga/saga",
		model: {
			layout: layout(context, {
				title: text.sagaTitle,
				script: "saga.js",
				areas: ["sagas", "story"],
				query,
				page: { sagaId },
			}),
			text,
			common,
			sagaId,
		},
	};
}
