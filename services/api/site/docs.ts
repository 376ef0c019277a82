import { join } from "node:path";
import { GatewayRejected } from "../errors/rejected.ts";
import type { GatewayRequest } from "../exchange.ts";
import { JSON_TYPE, type Reply } from "../http/reply.ts";
import { fileCache } from "./files.ts";

const POLICY =
	"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";
const FILES: ReadonlyMap<string, string> = new Map([
	["swagger-ui.css", "text/css; charset=utf-8"],
	["swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
]);
const START_FILE = "start.js";
const START = 'SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#swagger-ui", validatorUrl: null });\n';
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PayFlow API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/${START_FILE}"></script>
</body>
</html>
`;

/** Swagger UI from our own origin, without inline script. `document` makes the OpenAPI document, as JSON. */
export function createDocs(root: string, document: () => string) {
	const read = fileCache();
	const text = (type: string, body: string | Buffer): Reply => ({
		status: 200,
		headers: { "Content-Type": type, "Cache-Control": "public, max-age=60", "Content-Security-Policy": POLICY },
		body,
	});
	return {
		page: (): Reply => text("text/html; charset=utf-8", PAGE),
		openapi: (): Reply => text(JSON_TYPE, document()),
		file: async (request: GatewayRequest): Promise<Reply> => {
			const name = request.exchange.params["file"] ?? "";
			if (name === START_FILE) return text("text/javascript; charset=utf-8", START);
			const type = FILES.get(name);
			if (type === undefined) throw new GatewayRejected("NOT_FOUND");
			return text(type, await read(join(root, "node_modules/swagger-ui-dist", name)));
		},
	};
}
