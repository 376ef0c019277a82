import type { Core } from "../application/core.ts";
import type { Caller } from "../domain/auth.ts";
import { isBody } from "../domain/body.ts";
import type { Body } from "../domain/body.ts";
import { findVendorError, vendorMessage } from "../domain/error-catalogue.ts";
import type { Language } from "../domain/error-catalogue.ts";
import type { Operation } from "../domain/faults.ts";
import { jsonAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { Request } from "./http.ts";

/** One call of the vendor's API with everything a handler may look at. */
export interface VendorCall {
	readonly params: Readonly<Record<string, string>>;
	readonly query: string;
	readonly body: Body;
	readonly caller: Caller;
	readonly language: Language;
	/** The code a fault makes the issuer refuse with. */
	readonly decline: string | null;
}

/** Status and body of a handler; a body of undefined is an empty one. */
export interface VendorResult {
	readonly status: number;
	readonly body: unknown;
}

/** One door of the vendor's API. Handlers are synchronous, and refuse before they write. */
export interface VendorRoute {
	readonly operation: Operation;
	readonly isWrite: boolean;
	handle(core: Core, call: VendorCall): VendorResult;
}

/** The JSON object of a request, or null when there is something else in its body. No body at all is an empty object. */
export function parseBody(text: string | null): Body | null {
	if (text === "") return {};
	if (text === null) return null;
	try {
		const parsed: unknown = JSON.parse(text);
		return isBody(parsed) ? parsed : null;
	} catch {
		return null;
	}
}

/** A header that may have come more than once. */
export function headerOf(request: Request, name: string): string | undefined {
	const value = request.headers[name];
	return typeof value === "string" ? value : value?.[0];
}

/** The vendor's error body. */
export function refusal(code: string, language: Language, traceId: string): Answer {
	const status = findVendorError(code)?.status ?? 400;
	return jsonAnswer(status, { code, message: vendorMessage(code, language) }, { "x-tosspayments-trace-id": traceId });
}
