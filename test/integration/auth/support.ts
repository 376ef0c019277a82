import { authService } from "../../../services/auth/auth.service.ts";
import type { TokenAnswer } from "../../../services/auth/contract.ts";
import type { HashCost } from "../../../services/auth/infrastructure/hasher.ts";
import type { Meta } from "../../../mixins/typed.ts";
import { startPlatform, type PlatformOptions, type TestPlatform } from "../../support/broker.ts";

/** Fast enough for a suite; the real cost is tested by itself. */
export const CHEAP: HashCost = { memoryKiB: 64, passes: 1, parallelism: 1 };
/** An address as the gateway hands it over. */
export const HERE: Meta = { clientAddress: "192.0.2.1" };

/** The auth service alone on a real broker and store. */
export function startAuth(options: Partial<PlatformOptions> & { hashCost?: HashCost } = {}): Promise<TestPlatform> {
	const { hashCost = CHEAP, services = [], ...rest } = options;
	return startPlatform({ clock: "virtual", ...rest, services: [authService({ hashCost }), ...services] });
}

/** What the gateway writes for a signed-in caller. */
export function metaOf({ userId, roles, accessToken }: TokenAnswer): Meta {
	return { ...HERE, userId, roles, sessionId: claimsOf(accessToken)["sid"] as string };
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
	return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}

/** What a call was refused with. */
export async function refusal(
	call: Promise<unknown>,
): Promise<{ type: string; code: number; data: unknown; message: string }> {
	try {
		await call;
	} catch (error) {
		const { type, code, data, message } = error as { type: string; code: number; data: unknown; message: string };
		return { type, code, data, message };
	}
	throw new Error("the call was not refused");
}
