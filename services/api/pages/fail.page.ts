import { layout } from "./layout.ts";
import { isOrderId } from "./order-id.ts";
import type { PageContext, PageView } from "./page.ts";
import type { Texts } from "./texts.ts";
import { fill, texts } from "./texts.ts";

const MESSAGE_LENGTH_MAX = 200;
const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;
const CANCELLED_CODES: ReadonlySet<string> = new Set(["PAY_PROCESS_CANCELED", "USER_CANCEL"]);

/** Why there was no payment, in words for a buyer. */
export interface FailModel {
	readonly text: Texts["fail"];
	readonly common: Texts["common"];
	readonly step: 2;
	readonly heading: string;
	readonly message: string;
	readonly code: string | null;
	readonly orderId: string | null;
}

/** `/fail`: our own words for known codes, else the provider's message, as text and cut to 200 characters. */
export function failPage(context: PageContext, query: Readonly<Record<string, string>>): PageView<FailModel> {
	const { fail: text, common } = texts(context.lang);
	const code = codeOf(query["code"]);
	const orderId = isOrderId(query["orderId"]) ? query["orderId"] : null;
	const heading = CANCELLED_CODES.has(code ?? "") ? text.cancelledTitle : text.failedTitle;
	return {
		view: "checkout/fail",
		model: {
			layout: layout(context, { title: heading, script: "fail.js", areas: ["fail"], query, page: { orderId } }),
			text,
			common,
			step: 2,
			heading,
			message: ownWords(text, code) ?? providerWords(query["message"]) ?? text.unknown,
			code: code === null ? null : fill(text.code, { code }),
			orderId,
		},
	};
}

function codeOf(value = ""): string | null {
	return CODE.test(value) ? value : null;
}

/** Codes are upper case, the page's own words in the dictionary are not, so a code cannot name one of those. */
function ownWords(text: Texts["fail"], code: string | null): string | null {
	if (code === null || !Object.hasOwn(text, code)) return null;
	return text[code as keyof Texts["fail"]];
}

function providerWords(message = ""): string | null {
	const words = Array.from(message.trim()).slice(0, MESSAGE_LENGTH_MAX).join("");
	return words === "" ? null : words;
}
