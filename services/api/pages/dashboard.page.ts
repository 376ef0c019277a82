import { CHART_FILE } from "./assets.ts";
import { layout } from "./layout.ts";
import type { PageContext, PageView } from "./page.ts";
import type { Texts } from "./texts.ts";
import { texts } from "./texts.ts";

const HOURS = [1, 6, 24, 72] as const;
const HOURS_DEFAULT = 24;
const CHARTS = ["hourly", "types", "rates", "times"] as const;
const STATUSES = ["SUCCESS", "FAILED", "PROCESSING", "COMPENSATED"] as const;
const ID = /^[A-Za-z0-9_.:-]{1,128}$/;
/** Events the live list keeps. */
const STREAM_MAX = 100;

/** The frame of the log dashboard; figures, events and traces come through the API. */
export interface DashboardModel {
	readonly text: Texts["logs"];
	readonly common: Texts["common"];
	readonly isPublic: boolean;
	readonly hours: number;
	readonly choices: readonly { readonly hours: number; readonly label: string; readonly isCurrent: boolean }[];
	readonly charts: readonly { readonly name: (typeof CHARTS)[number]; readonly title: string }[];
	readonly statuses: readonly { readonly value: string; readonly label: string }[];
	readonly id: string;
	readonly streamMax: number;
}

/** `/logs/dashboard`: figures, charts, live events, traces and time travel; `?hours=` and `?id=` can be linked to. */
export function dashboardPage(
	context: PageContext,
	query: Readonly<Record<string, string>> = {},
): PageView<DashboardModel> {
	const { logs: text, common, status } = texts(context.lang);
	const hours = HOURS.find((each) => String(each) === query["hours"]) ?? HOURS_DEFAULT;
	const id = ID.test(query["id"] ?? "") ? (query["id"] ?? "") : "";
	return {
		view: "logs/dashboard",
		model: {
			layout: layout(context, {
				title: text.title,
				script: "dashboard.js",
				areas: ["logs", "sagas"],
				query,
				page: {
					hours,
					id,
					isPublic: context.logsPublic,
					chart: `/assets/vendor/${CHART_FILE}`,
					streamMax: STREAM_MAX,
				},
			}),
			text,
			common,
			isPublic: context.logsPublic,
			hours,
			choices: HOURS.map((each) => ({
				hours: each,
				label: text.hoursOne.replace("{hours}", String(each)),
				isCurrent: each === hours,
			})),
			charts: CHARTS.map((name) => ({ name, title: text[name] })),
			statuses: STATUSES.map((value) => ({ value, label: status[`event.${value}`] })),
			id,
			streamMax: STREAM_MAX,
		},
	};
}
