import { createRequire } from "node:module";
import { readDocument } from "./documents.ts";

interface Parser {
	safeLoadAll(text: string): unknown[];
}

// The package has no types of its own.
const parser = createRequire(__filename)("js-yaml") as Parser;

/** Every document of a YAML file of the repository; throws where it is none. */
export function yamlDocuments<Document>(path: string): Document[] {
	return parser.safeLoadAll(readDocument(path)) as Document[];
}
