import * as rules from "../../mixins/rules.ts";

const NAME_MAX = 64;
const ID_MAX = 200;

const kind = { type: "string", min: 1, max: NAME_MAX, pattern: /^[a-z][a-z0-9-]*$/ } as const;
/** Ids of all kinds of documents, records with composed ids included. */
const id = { type: "string", min: 1, max: ID_MAX, pattern: /^[^\u0000-\u001f\u007f]+$/ } as const;
const after = { type: "number", integer: true, min: 0, max: Number.MAX_SAFE_INTEGER, optional: true } as const;

export const setBreaker = {
	$$strict: "remove",
	action: { type: "string", min: 3, max: NAME_MAX, pattern: /^[a-z][a-z-]*\.[A-Za-z-]+$/ },
	state: { type: "enum", values: ["OPEN", "CLOSED", "AUTO"] },
} as const;

export const documents = { $$strict: "remove", kind, limit: rules.limit, cursor: rules.cursor } as const;

export const document = { $$strict: "remove", kind, id } as const;

export const documentEvents = { $$strict: "remove", kind, id, after, limit: rules.limit } as const;
