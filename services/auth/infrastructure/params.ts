import type { RuleFor } from "../../../mixins/rules.ts";
import type { Role } from "../contract.ts";

const ROLES = [
	"ROLE_USER",
	"ROLE_ADMIN",
	"ROLE_MERCHANT",
	"ROLE_OPERATOR",
	"ROLE_STORE_OWNER",
	"ROLE_DISTRIBUTOR",
	"ROLE_INSPECTOR",
	"ROLE_RECRUITER",
	"ROLE_HR",
] as const satisfies readonly Role[];

/** Bounds for what a form may carry at all; the rules themselves, with a code per field, are the domain's. */
export const text = (max: number) => ({ type: "string", max }) satisfies RuleFor<string>;
/** The same for a field that may be left out. */
export const optionalText = (max: number) =>
	({ type: "string", max, optional: true }) satisfies RuleFor<string | undefined>;
/** A password as it was typed. */
export const password = { type: "string", min: 1, max: 512 } satisfies RuleFor<string>;
/** Any of the platform's roles. */
export const roles = {
	type: "array",
	max: ROLES.length,
	items: { type: "enum", values: ROLES },
} satisfies RuleFor<readonly Role[]>;
/** The record a sealed value belongs to. */
export const context = { type: "string", min: 1, max: 200 } satisfies RuleFor<string>;
/** Up to 20 named values of at most `max` characters. */
export const fields = (max: number) =>
	({
		type: "array",
		max: 20,
		items: {
			type: "object",
			strict: "remove",
			props: {
				name: { type: "string", min: 1, max: 64, pattern: /^[A-Za-z][A-Za-z0-9.]*$/ },
				value: { type: "string", max },
			},
		},
	}) satisfies RuleFor<readonly { name: string; value: string }[]>;
