import { wait } from "./dom.js";
import { randomId } from "./format.js";
import { lang, t } from "./page.js";
import { bearer, closeSession, currentSession, refreshSession } from "./token.js";

const TIMEOUT_MS = 30_000;
const RETRY_DELAYS_MS = [400, 1200];
const BUSY_RETRIES_MAX = 3;

/** A refusal or an outage in words for the reader. `status` is 0 when no answer came. */
export class ApiError extends Error {
	constructor({ status, code, message, correlationId, fields = [], retryAfter = null }) {
		super(message);
		this.name = "ApiError";
		Object.assign(this, { status, code, correlationId, fields, retryAfter });
	}

	/** Whether the server may have done what was asked without our knowing. */
	get isUnknown() {
		return this.status === 0 || this.status >= 500;
	}
}

const expiryListeners = new Set();
/** Called when a session ended for good while it was being used. */
export const onSessionExpired = (listener) => expiryListeners.add(listener);

/**
 * Calls the API and answers `{ status, body }`; throws `ApiError`. A POST carries one Idempotency-Key for all its
 * tries, so that a repeat after a lost answer changes nothing.
 */
export async function call(method, path, options = {}) {
	const request = requestOf(method, path, options);
	const hadToken = request.auth && bearer() !== null;
	const response = await sendPatiently(request);
	if (response.status !== 401 || !hadToken) return answerOf(response, request);
	if (!(await renewed(request))) throw expired(request);
	const again = await sendPatiently(request);
	if (again.status === 401) throw expired(request);
	return answerOf(again, request);
}

function requestOf(method, path, { body, auth = true, correlationId, idempotencyKey }) {
	return {
		method,
		path,
		body,
		auth,
		correlationId: correlationId ?? randomId("WEB"),
		idempotencyKey: method === "POST" ? (idempotencyKey ?? randomId("KEY")) : null,
	};
}

export const get = (path, options) => call("GET", path, options).then(({ body }) => body);
export const post = (path, body, options) => call("POST", path, { ...options, body });

async function renewed(request) {
	try {
		return await refreshSession();
	} catch {
		throw unreachable(request);
	}
}

function expired({ correlationId }) {
	if (currentSession() !== null) closeSession();
	for (const listener of expiryListeners) listener();
	return new ApiError({
		status: 401,
		code: "SESSION_EXPIRED",
		message: t("common.sessionExpired"),
		correlationId,
	});
}

/** Retries what got no answer, and waits for an equal request that is still running. */
async function sendPatiently(request) {
	for (let busy = 0; ; busy++) {
		const response = await sendThroughGaps(request);
		if (response.status !== 409 || busy === BUSY_RETRIES_MAX) return response;
		const problem = await problemOf(response.clone());
		if (problem.code !== "REQUEST_IN_PROGRESS") return response;
		await wait(1000 * (secondsOf(response) ?? 1));
	}
}

async function sendThroughGaps(request) {
	for (const delay of RETRY_DELAYS_MS) {
		try {
			return await send(request);
		} catch {
			await wait(delay);
		}
	}
	try {
		return await send(request);
	} catch {
		throw unreachable(request);
	}
}

function unreachable({ correlationId }) {
	return new ApiError({ status: 0, code: "NETWORK", message: t("common.errorNetwork"), correlationId });
}

function send({ method, path, body, auth, correlationId, idempotencyKey }) {
	const headers = new Headers({
		accept: "application/json, application/problem+json",
		"accept-language": lang,
		"x-correlation-id": correlationId,
	});
	const token = bearer();
	if (auth && token !== null) headers.set("authorization", `Bearer ${token}`);
	if (idempotencyKey !== null) headers.set("idempotency-key", idempotencyKey);
	if (body !== undefined) headers.set("content-type", "application/json");
	return fetch(path, {
		method,
		headers,
		body: body === undefined ? null : JSON.stringify(body),
		credentials: "same-origin",
		cache: "no-store",
		signal: AbortSignal.timeout(TIMEOUT_MS),
	});
}

async function answerOf(response, request) {
	if (response.ok) return { status: response.status, body: await bodyOf(response, request) };
	const problem = await problemOf(response);
	throw new ApiError({
		status: response.status,
		code: String(problem.code ?? `HTTP_${response.status}`),
		message: messageOf(response, problem),
		correlationId: String(problem.correlationId ?? request.correlationId),
		fields: Array.isArray(problem.errors) ? problem.errors : [],
		retryAfter: secondsOf(response),
	});
}

async function bodyOf(response, request) {
	if (response.status === 204) return null;
	try {
		return await response.json();
	} catch {
		throw unreachable(request);
	}
}

async function problemOf(response) {
	const problem = await response.json().catch(() => ({}));
	return typeof problem === "object" && problem !== null ? problem : {};
}

function messageOf(response, problem) {
	if (response.status === 403) return t("common.errorForbidden");
	if (response.status === 429) return t("common.errorBusy", { seconds: secondsOf(response) ?? 60 });
	const words = problem.message ?? problem.detail;
	return typeof words === "string" && words !== "" ? words : t("common.errorUnexpected");
}

function secondsOf(response) {
	const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
	return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) : null;
}
