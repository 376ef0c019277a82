import { layout } from "./layout.ts";
import type { PageContext, PageView } from "./page.ts";
import type { ProblemModel } from "./problem.page.ts";
import { problemPage } from "./problem.page.ts";
import type { Texts } from "./texts.ts";
import { texts } from "./texts.ts";

const SECTIONS = ["nodes", "breakers", "bus", "parked", "jobs", "services"] as const;
const LEADS = { breakers: "breakersLead", parked: "parkedLead", services: "servicesLead" } as const;
const KIND = /^[a-z][a-z0-9-]{0,63}$/;
const ID_MAX = 200;

/** The frame of the operations page; everything in it comes through the API, for administrators only. */
export interface OpsModel {
	readonly text: Texts["ops"];
	readonly common: Texts["common"];
	readonly sections: readonly { readonly name: string; readonly title: string; readonly lead: string | null }[];
	/** Whether raw documents may be browsed here. */
	readonly hasData: boolean;
}

/** The frame of the browser of documents. */
export interface OpsDataModel {
	readonly text: Texts["ops"];
	readonly common: Texts["common"];
}

/** `/ops`: nodes, services, circuit breakers, the bus and its parked events, scheduled jobs. */
export function opsPage(context: PageContext, query: Readonly<Record<string, string>> = {}): PageView<OpsModel> {
	const { ops: text, common } = texts(context.lang);
	return {
		view: "ops/ops",
		model: {
			layout: layout(context, { title: text.title, script: "ops.js", areas: ["ops", "sagas"], query }),
			text,
			common,
			sections: SECTIONS.map((name) => {
				return { name, title: text[name], lead: name in LEADS ? text[LEADS[name as keyof typeof LEADS]] : null };
			}),
			hasData: context.demo,
		},
	};
}

/** `/ops/data`: stored documents and events, masked; not there in production. */
export function opsDataPage(
	context: PageContext,
	query: Readonly<Record<string, string>> = {},
): PageView<OpsDataModel> | PageView<ProblemModel> {
	if (!context.demo) return problemPage(context, 404);
	const { ops: text, common } = texts(context.lang);
	const kind = KIND.test(query["kind"] ?? "") ? (query["kind"] ?? "") : "";
	const id = (query["id"] ?? "").slice(0, ID_MAX);
	return {
		view: "ops/data",
		model: {
			layout: layout(context, {
				title: text.dataTitle,
				script: "ops-data.js",
				areas: ["ops", "sagas"],
				query,
				page: { kind, id },
			}),
			text,
			common,
		},
	};
}
