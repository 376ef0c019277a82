import type { Problem } from "./classify.ts";
import { errorTexts, titleOf } from "./texts.ts";

/** Media type of every error of the API (RFC 9457). */
export const PROBLEM_TYPE = "application/problem+json";
/** One stable URI per code. */
const TYPE_PREFIX = "urn:payflow:problem:";

/** What a problem body says of the request. */
export interface ProblemContext {
	readonly lang: "ko" | "en";
	/** Path without the query. */
	readonly instance: string;
	readonly correlationId: string;
	/** ISO 8601. */
	readonly timestamp: string;
}

/** An error as `application/problem+json`. `message` is the same text as `detail`. */
export interface ProblemBody {
	readonly type: string;
	readonly title: string;
	readonly status: number;
	readonly detail: string;
	readonly instance: string;
	readonly code: string;
	readonly message: string;
	readonly correlationId: string;
	readonly timestamp: string;
	readonly errors: readonly { field: string; code: string; message: string }[];
}

/** The body of an error in the reader's language. */
export function problemBody(problem: Problem, context: ProblemContext): ProblemBody {
	const detail = textOf(problem.code, context.lang);
	return {
		...problem.facts,
		type: TYPE_PREFIX + problem.code.toLowerCase().replaceAll("_", "-"),
		title: titleOf(problem.code),
		status: problem.status,
		detail,
		instance: context.instance,
		code: problem.code,
		message: detail,
		correlationId: context.correlationId,
		timestamp: context.timestamp,
		errors: problem.errors.map(({ field, code }) => ({ field, code, message: fieldText(code, context.lang) })),
	};
}

function textOf(code: string, lang: "ko" | "en"): string {
	const text = (errorTexts as Readonly<Record<string, { ko: string; en: string } | undefined>>)[code];
	return (text ?? errorTexts.INTERNAL_ERROR)[lang];
}

const FIELD_TEXTS: Readonly<Record<string, { ko: string; en: string } | undefined>> = {
	required: { ko: "필수 값입니다.", en: "is required" },
	duplicate: { ko: "한 번만 보낼 수 있습니다.", en: "may be given only once" },
	forbidden: { ko: "쓸 수 없는 이름입니다.", en: "is not allowed" },
};

function fieldText(code: string, lang: "ko" | "en"): string {
	return (FIELD_TEXTS[code] ?? { ko: "올바르지 않은 값입니다.", en: "is not valid" })[lang];
}
