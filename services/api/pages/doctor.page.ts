import { layout } from "./layout.ts";
import type { PageContext, PageView } from "./page.ts";
import type { Texts } from "./texts.ts";
import { texts } from "./texts.ts";

const CHECKS = ["rows", "ledger", "stock", "points", "figures", "deliveries", "sagas", "purchases"] as const;

/** The frame of the doctor's page; what it has found comes through the API, for operators and administrators only. */
export interface DoctorModel {
	readonly text: Texts["doctor"];
	readonly common: Texts["common"];
	readonly checks: readonly { readonly name: string; readonly label: string; readonly hint: string }[];
}

/** `/ops/doctor`: starts an examination, shows how far it is, and what the newest one has found. */
export function doctorPage(context: PageContext, query: Readonly<Record<string, string>> = {}): PageView<DoctorModel> {
	const { doctor: text, common } = texts(context.lang);
	return {
		view: "ops/doctor",
		model: {
			layout: layout(context, { title: text.title, script: "doctor.js", areas: ["doctor", "sagas"], query }),
			text,
			common,
			checks: CHECKS.map((name) => ({ name, label: text[name], hint: text[`${name}Hint`] })),
		},
	};
}
