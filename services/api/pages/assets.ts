import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, sep } from "node:path";

const VERSION_LENGTH = 12;
const IMMUTABLE = "public, max-age=31536000, immutable";
const REVALIDATE = "public, max-age=60, must-revalidate";
const TYPES: ReadonlyMap<string, string> = new Map([
	[".css", "text/css; charset=utf-8"],
	[".js", "text/javascript; charset=utf-8"],
	[".svg", "image/svg+xml"],
	[".png", "image/png"],
	[".txt", "text/plain; charset=utf-8"],
	[".woff2", "font/woff2"],
]);

/** One static file. */
export interface Asset {
	/** Absolute path. */
	readonly file: string;
	readonly type: string;
	readonly cacheControl: string;
}

/** The static files of the pages, listed at start, so that no request can name another file. */
export interface Assets {
	/** Content hash of everything below `publicDir`; part of the URLs `/assets/<version>/…`. */
	readonly version: string;
	/** The file behind a URL path, or undefined; an older version is answered with today's file, cached briefly. */
	find(path: string): Asset | undefined;
}

/** Name of the chart library among the vendor files; its version is part of it, so that it can be kept for ever. */
export const CHART_FILE = "chart-4.6.1.js";

/** Folders of static files, and single files of libraries by the name they are served under. */
export interface AssetSources {
	readonly publicDir: string;
	readonly fontsDir: string;
	readonly vendor?: Readonly<Record<string, string>>;
}

/** Files of libraries that pages use, below the folder that holds `node_modules/`. */
export function vendorFiles(root: string): Readonly<Record<string, string>> {
	return { [CHART_FILE]: join(root, "node_modules/chart.js/dist/chart.umd.min.js") };
}

/** Lists `publicDir` (`/assets/<version>/…`), `fontsDir` (`/assets/fonts/…`) and `vendor` (`/assets/vendor/…`). */
export function createAssets(options: AssetSources): Assets {
	const own = list(options.publicDir);
	const fonts = list(options.fontsDir);
	const vendor = new Map(Object.entries(options.vendor ?? {}));
	const version = hashOf(options.publicDir, [...own.keys()]);
	return {
		version,
		find(path) {
			const [, prefix, folder, ...rest] = path.split("/");
			if (prefix !== "assets" || folder === undefined) return undefined;
			const name = rest.join("/");
			if (folder === "fonts") return asset(fonts.get(name), IMMUTABLE);
			if (folder === "vendor") return asset(vendor.get(name), IMMUTABLE);
			return asset(own.get(name), folder === version ? IMMUTABLE : REVALIDATE);
		},
	};
}

function list(directory: string): Map<string, string> {
	const files = readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && TYPES.has(extname(entry.name)))
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();
	return new Map(
		files.map((file) => [
			file
				.slice(directory.length + 1)
				.split(sep)
				.join("/"),
			file,
		]),
	);
}

function hashOf(directory: string, names: readonly string[]): string {
	const hash = createHash("sha256");
	for (const name of names) hash.update(name).update(readFileSync(join(directory, name)));
	return hash.digest("hex").slice(0, VERSION_LENGTH);
}

function asset(file: string | undefined, cacheControl: string): Asset | undefined {
	if (file === undefined) return undefined;
	return { file, type: TYPES.get(extname(file)) ?? "application/octet-stream", cacheControl };
}
