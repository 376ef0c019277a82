import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GatewayRejected } from "../errors/rejected.ts";
import type { GatewayRequest } from "../exchange.ts";
import type { Reply } from "../http/reply.ts";
import { createAssets, vendorFiles } from "../pages/assets.ts";

/** Reads a file once; only files that were listed at start are ever asked for, so the memory is bounded. */
export function fileCache(): (path: string) => Promise<Buffer> {
	const contents = new Map<string, Promise<Buffer>>();
	return (path) => {
		const known = contents.get(path);
		if (known !== undefined) return known;
		const reading = readFile(path);
		contents.set(path, reading);
		reading.catch(() => contents.delete(path));
		return reading;
	};
}

/** Static files of the pages: styles, scripts, images, fonts. */
export function createFiles(root: string) {
	const assets = createAssets({
		publicDir: join(root, "public"),
		fontsDir: join(root, "node_modules/pretendard/dist/web/variable"),
		vendor: vendorFiles(root),
	});
	const read = fileCache();
	return {
		version: assets.version,
		serve: async (request: GatewayRequest): Promise<Reply> => {
			const asset = assets.find(`/assets/${request.exchange.params["path"] ?? ""}`);
			if (asset === undefined) throw new GatewayRejected("NOT_FOUND");
			const headers = { "Content-Type": asset.type, "Cache-Control": asset.cacheControl };
			return { status: 200, headers, body: await read(asset.file) };
		},
	};
}
