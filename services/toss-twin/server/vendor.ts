import type { ServerResponse } from "node:http";
import type { Core } from "../application/core.ts";
import type { Faults } from "../application/fault-box.ts";
import type { Caller } from "../domain/auth.ts";
import { merchantIdOf, secretKeyOf } from "../domain/auth.ts";
import { findVendorError, languageOf, vendorMessage } from "../domain/error-catalogue.ts";
import type { Language } from "../domain/error-catalogue.ts";
import { VendorRefusal } from "../domain/errors.ts";
import type { Fault } from "../domain/faults.ts";
import { checkIdempotencyKey, idempotencyIdentity, isFresh, isKept } from "../domain/idempotency.ts";
import type { StoredAnswer } from "../domain/idempotency.ts";
import type { GroupCommit } from "../infrastructure/group-commit.ts";
import { rawJsonAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { deliver, drop } from "./faulty-delivery.ts";
import type { Request } from "./http.ts";
import { headerOf, parseBody, refusal } from "./vendor-call.ts";
import type { VendorCall, VendorRoute } from "./vendor-call.ts";
import { faultAnswer, magicFault, occasionOf, preventsExecution } from "./vendor-faults.ts";

export interface VendorDeps {
	readonly core: Core;
	readonly commits: GroupCommit;
	readonly faults: Faults;
	readonly digest: (text: string) => string;
	readonly newTraceId: () => string;
	readonly stopping: AbortSignal;
	readonly report: (error: unknown) => void;
}

const CALLERS_MAX = 1000;

/** A call on its way: `identity` is its place in the memory of answers, null without an idempotency key. */
interface Prepared {
	readonly request: Request;
	readonly route: VendorRoute;
	readonly call: VendorCall;
	readonly isReadable: boolean;
	readonly identity: string | null;
	readonly traceId: string;
	readonly fault: Fault | null;
}

export interface VendorServer {
	serve(
		request: Request,
		response: ServerResponse,
		route: VendorRoute,
		params: Readonly<Record<string, string>>,
	): Promise<void>;
}

/** Serves the vendor's API: secret key, idempotency, faults, then the handler inside a commit. */
export function vendorServer(deps: VendorDeps): VendorServer {
	const callerOf = callerCache(deps.digest);
	const running = new Set<string>();
	return {
		async serve(request, response, route, params) {
			const language = languageOf(headerOf(request, "accept-language"));
			let identity: string | null = null;
			try {
				const caller = callerOf(request.headers.authorization);
				identity = claimKey(deps, running, request, caller);
				const body = parseBody(request.body);
				const call = { params, query: request.query, body: body ?? {}, caller, language, decline: null };
				const fault = await pickFault(deps, route, call);
				const isReadable = body !== null;
				const traceId = deps.newTraceId();
				await perform(deps, { request, route, call, isReadable, identity, traceId, fault }, response);
			} catch (error) {
				if (deps.stopping.aborted) drop(response);
				else deliver(response, failure(deps, error, language), null);
			} finally {
				if (identity !== null) release(running, identity, response);
			}
		},
	};
}

function callerCache(digest: (text: string) => string): (header: string | undefined) => Caller {
	const callers = new Map<string, Caller>();
	return (header) => {
		const known = callers.get(header ?? "");
		if (known !== undefined) return known;
		const secretKey = secretKeyOf(header, (text) => Buffer.from(text, "base64").toString("utf8"));
		const caller = { secretKey, mId: merchantIdOf(secretKey, digest) };
		if (callers.size >= CALLERS_MAX) callers.clear();
		callers.set(header ?? "", caller);
		return caller;
	};
}

/** Holds the request's idempotency key until it is answered; throws while an equal request is running. */
function claimKey(deps: VendorDeps, running: Set<string>, request: Request, caller: Caller): string | null {
	if (request.method !== "POST") return null;
	const key = checkIdempotencyKey(headerOf(request, "idempotency-key"));
	if (key === null) return null;
	const identity = deps.digest(idempotencyIdentity(key, caller.secretKey, request.method, request.url));
	if (running.has(identity)) throw new VendorRefusal("IDEMPOTENT_REQUEST_PROCESSING");
	running.add(identity);
	return identity;
}

/** An answer that never comes keeps its key busy until the caller hangs up. */
function release(running: Set<string>, identity: string, response: ServerResponse): void {
	if (response.headersSent || response.socket?.destroyed !== false) running.delete(identity);
	else response.once("close", () => running.delete(identity));
}

async function pickFault(deps: VendorDeps, route: VendorRoute, call: VendorCall): Promise<Fault | null> {
	const magic = route.operation === "confirm" ? magicFault(call.body) : null;
	if (magic !== null || deps.faults.isEmpty) return magic;
	const occasion = occasionOf(deps.core.payments, route, call);
	return deps.commits.commit(() => deps.faults.pick(occasion));
}

async function perform(deps: VendorDeps, prepared: Prepared, response: ServerResponse): Promise<void> {
	const { fault, call, traceId } = prepared;
	if (fault === null) {
		deliver(response, await answerOf(deps, prepared), null);
		return;
	}
	if (preventsExecution(fault)) {
		deliver(response, faultAnswer(fault, call.language, traceId), fault);
		return;
	}
	if (fault.fault === "late") await deps.core.clock.sleep(fault.ms, deps.stopping);
	const answer = await answerOf(deps, prepared);
	if (fault.fault === "slow") await deps.core.clock.sleep(fault.ms, deps.stopping);
	const isTold = fault.fault !== "error-after";
	deliver(response, isTold ? answer : faultAnswer(fault, call.language, traceId), fault);
}

async function answerOf(deps: VendorDeps, prepared: Prepared): Promise<Answer> {
	const { route, identity, traceId, request } = prepared;
	const run = (): StoredAnswer => runHandler(deps, prepared);
	const stored = route.isWrite ? await deps.commits.commit(() => remembered(deps, identity, run)) : run();
	const headers: Record<string, string> = {
		"x-tosspayments-trace-id": stored.traceId === traceId ? traceId : `${traceId}, ${stored.traceId}`,
	};
	if (identity !== null) headers["idempotency-key"] = headerOf(request, "idempotency-key") ?? "";
	return rawJsonAnswer(stored.status, stored.body, headers);
}

/** The first answer of this key, or a new one that is kept from now on. */
function remembered(deps: VendorDeps, identity: string | null, run: () => StoredAnswer): StoredAnswer {
	if (identity === null) return run();
	const known = deps.core.payments.findAnswer(identity);
	if (known !== null && isFresh(known, deps.core.clock.now())) return known;
	const answer = run();
	if (isKept(answer.status)) deps.core.payments.saveAnswer(identity, answer);
	return answer;
}

function runHandler(deps: VendorDeps, prepared: Prepared): StoredAnswer {
	const { request, route, traceId, fault, call } = prepared;
	const at = deps.core.clock.now();
	try {
		checkTestCode(headerOf(request, "tosspayments-test-code"));
		if (!prepared.isReadable) throw new VendorRefusal("INVALID_REQUEST");
		const decline = fault?.fault === "decline" ? (fault.code ?? "REJECT_CARD_COMPANY") : null;
		const { status, body } = route.handle(deps.core, { ...call, decline });
		return { at, status, body: body === undefined ? "" : JSON.stringify(body), traceId };
	} catch (error) {
		if (!(error instanceof VendorRefusal)) throw error;
		const message = vendorMessage(error.code, call.language);
		return { at, status: error.status, body: JSON.stringify({ code: error.code, message }), traceId };
	}
}

/** The test header forces any error of the vendor, before anything else is looked at. */
function checkTestCode(code: string | undefined): void {
	if (code === undefined) return;
	throw new VendorRefusal(findVendorError(code) === null ? "INVALID_TEST_CODE" : code);
}

function failure(deps: VendorDeps, error: unknown, language: Language): Answer {
	if (error instanceof VendorRefusal) return refusal(error.code, language, deps.newTraceId());
	deps.report(error);
	return refusal("COMMON_ERROR", language, deps.newTraceId());
}
