import { join } from "node:path";
import type { PageContext, PageRequest } from "../../../../services/api/pages/page.ts";

export const viewsDir = join(process.cwd(), "views");
export const publicDir = join(process.cwd(), "public");
export const fontsDir = join(process.cwd(), "node_modules/pretendard/dist/web/variable");

/** A context of a Korean reader on `/`. */
export function contextOf(parts: Partial<PageContext> = {}): PageContext {
	return {
		lang: "ko",
		path: "/",
		nonce: "bm9uY2U=",
		correlationId: "COR_1",
		mode: "mock",
		demo: true,
		logsPublic: false,
		assetVersion: "abc123",
		paths: new Set(["/", "/orders", "/sagas"]),
		...parts,
	};
}

/** A request for `/`. */
export function requestOf(parts: Partial<PageRequest> = {}): PageRequest {
	return { path: "/", query: {}, params: {}, lang: "ko", nonce: "bm9uY2U=", correlationId: "COR_1", ...parts };
}
