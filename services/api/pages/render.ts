import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ejs from "ejs";
import type { LayoutModel } from "./page.ts";

const LAYOUT = "layouts/main";
const EXTENSION = ".ejs";
/** Pages of another service with a renderer of its own. */
const NOT_OURS = "toss-twin/";

/** Turns a view's name and its model into HTML. */
export interface Renderer {
	/** The whole page, frame included; throws for an unknown view or a model the template cannot use. */
	render(view: string, model: PageModel): string;
}

/** Any page's model: its own values and the frame's. */
export type PageModel = object & { readonly layout: LayoutModel };

type Template = (locals: object) => string;

/** Compiles every template below `viewsDir` once; rendering touches no file. */
export function createRenderer(options: { readonly viewsDir: string }): Renderer {
	const templates = new Map(templateFiles(options.viewsDir).map((file) => [file.name, compile(file)]));
	const find = (name: string): Template => {
		const template = templates.get(name);
		if (template === undefined) throw new Error(`No such view: ${name}`);
		return template;
	};
	const run = (name: string, model: object, body: string): string => {
		const partial = (partialName: string, extra: object = {}): string =>
			run(`partials/${partialName}`, { ...model, ...extra }, "");
		return find(name)({ model, partial, json: jsonBlock, body });
	};
	return { render: (view, model) => run(LAYOUT, model, run(view, model, "")) };
}

/** JSON that is safe between script tags: no character of it can end the element or the line. */
export function jsonBlock(value: unknown): string {
	return JSON.stringify(value).replace(
		/[<>&\u2028\u2029]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}

interface TemplateFile {
	readonly name: string;
	readonly path: string;
}

function templateFiles(viewsDir: string): TemplateFile[] {
	return readdirSync(viewsDir, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith(EXTENSION))
		.map((path) => join(viewsDir, path))
		.map((path) => ({ path, name: relative(viewsDir, path).slice(0, -EXTENSION.length).split(sep).join("/") }))
		.filter(({ name }) => !name.startsWith(NOT_OURS));
}

function compile(file: TemplateFile): Template {
	return ejs.compile(readFileSync(file.path, "utf8"), {
		filename: file.path,
		async: false,
		client: false,
		strict: true,
		compileDebug: true,
		localsName: "page",
		destructuredLocals: ["model", "partial", "json", "body"],
	});
}
