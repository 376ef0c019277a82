import { account } from "./texts/account.ts";
import type { Lang } from "./texts/area.ts";
import { common } from "./texts/common.ts";
import { doctor } from "./texts/doctor.ts";
import { home } from "./texts/home.ts";
import { logs } from "./texts/logs.ts";
import { ops } from "./texts/ops.ts";
import { orders, status } from "./texts/orders.ts";
import { fail, problem, success } from "./texts/result.ts";
import { sagas } from "./texts/sagas.ts";
import { story } from "./texts/story.ts";

export type { Lang } from "./texts/area.ts";

/** Every text of the pages, by area, language and key. */
export const areas = {
	common,
	account,
	home,
	success,
	fail,
	problem,
	orders,
	sagas,
	story,
	doctor,
	logs,
	ops,
	status,
} as const;

/** The areas of the dictionary. */
export type AreaName = keyof typeof areas;

/** All texts in one language. */
export type Texts = { readonly [Name in AreaName]: (typeof areas)[Name][Lang] };

/** The whole dictionary in one language. */
export function texts(lang: Lang): Texts {
	return {
		common: common[lang],
		account: account[lang],
		home: home[lang],
		success: success[lang],
		fail: fail[lang],
		problem: problem[lang],
		orders: orders[lang],
		sagas: sagas[lang],
		story: story[lang],
		doctor: doctor[lang],
		logs: logs[lang],
		ops: ops[lang],
		status: status[lang],
	};
}

/** Puts `values` into the `{places}` of a text; a place without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
	return text.replace(/\{(\w+)\}/g, (place, name: string) =>
		Object.hasOwn(values, name) ? String(values[name]) : place,
	);
}
