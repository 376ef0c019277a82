import type { Lang } from "./texts.ts";

/** What a page may know about the site and the request; never the request itself. */
export interface PageContext {
	readonly lang: Lang;
	/** Path without the query, for the current menu entry and the language switch. */
	readonly path: string;
	/** CSP nonce of this response. */
	readonly nonce: string;
	readonly correlationId: string;
	/** What kind of money moves: `live`, Toss `test` keys, or `mock` (the Twin). */
	readonly mode: PaymentMode;
	/** Whether the demo users exist and may be named. */
	readonly demo: boolean;
	/** Whether the event log may be read without logging in. */
	readonly logsPublic: boolean;
	/** Content hash of the static files, part of their URLs. */
	readonly assetVersion: string;
	/** Paths of the pages that exist, for the menu. */
	readonly paths: ReadonlySet<string>;
}

/** Which payment provider the site talks to. */
export type PaymentMode = "test" | "live" | "mock";

/** The parts of a request that pages use, copied out of it by the gateway. */
export interface PageRequest {
	readonly path: string;
	readonly query: Readonly<Record<string, string>>;
	readonly params: Readonly<Record<string, string>>;
	readonly lang: Lang;
	readonly nonce: string;
	readonly correlationId: string;
}

/** A rendered page. */
export interface PageAnswer {
	readonly status: number;
	readonly html: string;
}

/** A template's name and its whole input. */
export interface PageView<Model extends object = object> {
	readonly status?: number;
	readonly view: string;
	readonly model: Model & { readonly layout: LayoutModel };
}

/** What the frame around every page shows. */
export interface LayoutModel {
	readonly lang: Lang;
	readonly title: string;
	readonly nonce: string;
	readonly assets: string;
	readonly stylesheets: readonly string[];
	/** The page's own ES module; it imports the rest. */
	readonly script: string;
	readonly preload: readonly string[];
	readonly navigation: readonly NavigationEntry[];
	readonly otherLanguage: { readonly lang: Lang; readonly href: string };
	readonly modeLabel: string | null;
	readonly demo: boolean;
	readonly correlationId: string;
	readonly data: ClientData;
}

/** One link of the main menu. */
export interface NavigationEntry {
	readonly href: string;
	readonly label: string;
	readonly current: boolean;
	/** Shown once the reader is known to have this role. */
	readonly role: string | null;
}

/** The JSON block the browser code starts from; everything in it is public. */
export interface ClientData {
	readonly lang: Lang;
	readonly assets: string;
	readonly mode: PaymentMode;
	readonly correlationId: string;
	readonly texts: Readonly<Record<string, Readonly<Record<string, string>>>>;
	readonly page: Readonly<Record<string, string | number | boolean | null>>;
}
