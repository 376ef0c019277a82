import type { ClientData, LayoutModel, NavigationEntry, PageContext } from "./page.ts";
import type { AreaName, Lang, Texts } from "./texts.ts";
import { texts } from "./texts.ts";

/** What a page adds to the frame. */
export interface LayoutParts {
	readonly title: string;
	/** File name in `public/js`. */
	readonly script: string;
	/** Text areas that the page's browser code needs, besides the common ones. */
	readonly areas?: readonly AreaName[];
	/** Query of the request, kept by the language switch. */
	readonly query?: Readonly<Record<string, string>>;
	/** Values for the page's browser code. */
	readonly page?: ClientData["page"];
}

const STYLESHEETS = [
	"tokens.css",
	"base.css",
	"site.css",
	"controls.css",
	"dialogs.css",
	"hero.css",
	"shop.css",
	"orders.css",
	"result.css",
	"story.css",
	"sagas.css",
	"doctor.css",
	"dashboard.css",
	"ops.css",
];
const ADMIN = "ROLE_ADMIN";
const SHARED_MODULES = [
	"page.js",
	"dom.js",
	"format.js",
	"token.js",
	"api.js",
	"session.js",
	"dialogs.js",
	"header.js",
];

/** The frame's model: head, menu, language switch and the data block. */
export function layout(context: PageContext, parts: LayoutParts): LayoutModel {
	const { lang, nonce, correlationId, demo } = context;
	const all = texts(lang);
	const assets = `/assets/${context.assetVersion}`;
	return {
		lang,
		title: `${parts.title} · ${all.common.brand}`,
		nonce,
		assets,
		stylesheets: STYLESHEETS.map((file) => `${assets}/css/${file}`),
		script: `${assets}/js/${parts.script}`,
		preload: SHARED_MODULES.map((file) => `${assets}/js/${file}`),
		navigation: navigation(context, all),
		otherLanguage: otherLanguage(lang, context.path, parts.query ?? {}),
		modeLabel: modeLabel(context, all),
		demo,
		correlationId,
		data: clientData(context, all, assets, parts),
	};
}

function navigation({ path, paths, logsPublic }: PageContext, { common }: Texts): NavigationEntry[] {
	const isWithin = (href: string) => path === href || path.startsWith(`${href}/`);
	const pages = [
		{ href: "/sagas", label: common.sagas, role: ADMIN },
		{ href: "/logs/dashboard", label: common.logs, role: logsPublic ? null : ADMIN },
		{ href: "/ops", label: common.ops, role: ADMIN },
		{ href: "/ops/doctor", label: common.doctor, role: ADMIN },
	].filter(({ href }) => paths.has(href));
	const nearest = pages.findLast(({ href }) => isWithin(href))?.href;
	return [
		{ href: "/", label: common.home, current: path === "/", role: null },
		{ href: "/#products", label: common.products, current: false, role: null },
		{ href: "/orders", label: common.orders, current: isWithin("/orders"), role: null },
		...pages.map((entry) => ({ ...entry, current: entry.href === nearest })),
	];
}

function otherLanguage(
	lang: Lang,
	path: string,
	query: Readonly<Record<string, string>>,
): LayoutModel["otherLanguage"] {
	const other = lang === "ko" ? "en" : "ko";
	const rest = new URLSearchParams({ ...query, lang: other });
	return { lang: other, href: `${localPath(path)}?${rest.toString()}` };
}

/** A path that starts with two slashes would be another host's address. */
function localPath(path: string): string {
	return `/${path.replace(/^[/\\]+/, "")}`;
}

function modeLabel(context: PageContext, all: Texts): string | null {
	if (context.mode === "live") return null;
	return context.mode === "mock" ? all.common.modeMock : all.common.modeTest;
}

function clientData(context: PageContext, all: Texts, assets: string, parts: LayoutParts): ClientData {
	const names: AreaName[] = ["common", "account", "status", ...(parts.areas ?? [])];
	return {
		lang: context.lang,
		assets,
		mode: context.mode,
		correlationId: context.correlationId,
		texts: Object.fromEntries(names.map((name) => [name, all[name]])),
		page: parts.page ?? {},
	};
}
