import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import api from "../../../services/api/api.service.ts";
import { startPlatform, type PlatformOptions, type TestPlatform } from "../../support/broker.ts";
import { stubServices, type Answers, type Call } from "./stubs.ts";
import { createSigner, type TokenSigner } from "./tokens.ts";

/** One request of a test. */
export interface Ask {
	method?: string;
	path: string;
	/** JSON unless it is a string or bytes. */
	body?: unknown;
	token?: string;
	headers?: Record<string, string>;
}

/** What came back. */
export interface Told {
	status: number;
	headers: IncomingHttpHeaders;
	text: string;
	/** The body as JSON; throws when it is none. */
	json(): any; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into bodies freely
}

/** Users of the tests. */
export type Who = "anonymous" | "mina" | "jun" | "admin";

/** A gateway over real HTTP with stubs behind it. */
export interface GatewayBed {
	platform: TestPlatform;
	origin: string;
	signer: TokenSigner;
	calls: Call[];
	/** Session ids that are over. */
	endedSessions: Set<string>;
	tokenOf(who: Exclude<Who, "anonymous">): Promise<string>;
	ask(request: Ask): Promise<Told>;
	stop(): Promise<void>;
}

export const USERS = {
	mina: { userId: "USR_MINA", roles: ["ROLE_USER"] },
	jun: { userId: "USR_JUN", roles: ["ROLE_USER"] },
	admin: { userId: "USR_ADMIN", roles: ["ROLE_USER", "ROLE_ADMIN"] },
} as const;

export interface BedOptions extends Omit<PlatformOptions, "services"> {
	answers?: Answers;
	/** Services that are not there. */
	without?: readonly string[];
	signer?: TokenSigner;
	/** Real services instead of stubs. */
	services?: readonly unknown[];
}

export async function startGateway(options: BedOptions = {}): Promise<GatewayBed> {
	const { answers = {}, without = [], signer = await createSigner(), services = [], ...rest } = options;
	const calls: Call[] = [];
	const endedSessions = new Set<string>();
	const auth: Answers = {
		"auth.jwks": () => signer.jwks,
		"auth.session": ({ sessionId, userId }) => ({
			isLive: !endedSessions.has(sessionId),
			roles: Object.values(USERS).find((user) => user.userId === userId)?.roles ?? ["ROLE_USER"],
		}),
	};
	const stubs = stubServices({ ...auth, ...answers }, calls).filter(({ name }) => !without.includes(name));
	const platform = await startPlatform({ ...rest, services: [...stubs, ...services, api] });
	const service = platform.broker.getLocalService("api") as unknown as { server: Server };
	const { port } = service.server.address() as AddressInfo;
	const origin = `http://127.0.0.1:${port}`;
	return {
		platform,
		origin,
		signer,
		calls,
		endedSessions,
		tokenOf: (who) =>
			signer.sign(
				{ sub: USERS[who].userId, sid: `SES_${who.toUpperCase()}`, roles: [...USERS[who].roles] },
				{ now: platform.runtime.clock.now() },
			),
		ask: (request) => ask(origin, request),
		stop: () => platform.stop(),
	};
}

/** One request on a connection of its own. */
export function ask(origin: string, request: Ask): Promise<Told> {
	const payload = payloadOf(request.body);
	const options = { method: request.method ?? "GET", headers: headersOf(request, payload), agent: false };
	return new Promise((resolve, reject) => {
		const sent = httpRequest(origin + request.path, options, (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("error", reject);
			response.on("end", () => {
				const text = Buffer.concat(chunks).toString();
				const { statusCode = 0, headers } = response;
				resolve({ status: statusCode, headers, text, json: () => JSON.parse(text) as unknown });
			});
		});
		sent.on("error", reject);
		sent.end(payload);
	});
}

function payloadOf(body: unknown): string | Buffer | undefined {
	return body === undefined || typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function headersOf({ headers = {}, token }: Ask, payload: string | Buffer | undefined): Record<string, string> {
	const all: Record<string, string> = { ...headers };
	if (payload !== undefined) {
		all["content-type"] ??= "application/json";
		all["content-length"] = String(Buffer.byteLength(payload));
	}
	if (token !== undefined) all["authorization"] = `Bearer ${token}`;
	return all;
}
