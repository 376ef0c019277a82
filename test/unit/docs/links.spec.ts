import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesEndingWith, readDocument, ROOT } from "../../support/documents.ts";

const LINK = /!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

const documents = filesEndingWith(".md");

function withoutCode(markdown: string): string {
	return markdown.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
}

function relativeLinks(markdown: string): readonly string[] {
	return [...withoutCode(markdown).matchAll(LINK)]
		.map(([, target]) => target ?? "")
		.filter((target) => !SCHEME.test(target));
}

/** The anchor GitHub gives a heading. */
function anchorOf(heading: string): string {
	return heading
		.trim()
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, "")
		.replace(/ /g, "-");
}

function anchorsOf(document: string): readonly string[] {
	return [...withoutCode(readDocument(document)).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
		anchorOf(heading ?? ""),
	);
}

function isBroken(document: string, link: string): boolean {
	const [path = "", anchor] = decodeURI(link).split("#");
	const target = path === "" ? document : join(dirname(document), path);
	if (!existsSync(join(ROOT, target))) return true;
	return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
}

describe("the documents", () => {
	it("are found", () => {
		expect(documents).toEqual(expect.arrayContaining(["README.md", "README.ko.md", "docs/architecture.md"]));
	});

	it.each(documents)("%s has no broken relative link", (document) => {
		const broken = relativeLinks(readDocument(document)).filter((link) => isBroken(document, link));
		expect(broken).toEqual([]);
	});

	it("name only test files that exist", () => {
		const missing = documents.flatMap((document) =>
			[...readDocument(document).matchAll(/\btest\/[A-Za-z0-9_./-]+\.(?:spec|types|specification)\.ts\b/g)]
				.map(([path]) => path)
				.filter((path) => !existsSync(join(ROOT, path)))
				.map((path) => `${document}: ${path}`),
		);
		expect(missing).toEqual([]);
	});
});

describe("the check of links", () => {
	it("sees a missing file and a missing heading", () => {
		expect(isBroken("README.md", "docs/no-such-page.md")).toBe(true);
		expect(isBroken("README.md", "docs/architecture.md#no-such-heading")).toBe(true);
		expect(isBroken("README.md", "docs/architecture.md#layers")).toBe(false);
	});
});
