import { GatewayRejected } from "../errors/rejected.ts";
import type { Policy } from "../routes/types.ts";
import type { Identity } from "./sessions.ts";

/** What the settings open to everybody. */
export interface Openness {
	readonly logsPublic: boolean;
	readonly isProduction: boolean;
}

/** Who asks. */
export interface Caller {
	readonly identity: Identity | null;
	/** Whether the request comes from this machine. */
	readonly isLocal: boolean;
}

/** What a policy comes to under the settings. */
export type Requirement = "nobody" | "user" | { readonly roles: readonly string[]; readonly orLocal: boolean };

const ADMIN: Requirement = { roles: ["ROLE_ADMIN"], orLocal: false };
const ADMIN_OR_LOCAL: Requirement = { roles: ["ROLE_ADMIN"], orLocal: true };

/** Resolves a policy once, at start; `nobody` has to prove anything on a public route. */
export function requirementOf(policy: Policy, { logsPublic, isProduction }: Openness): Requirement {
	if (typeof policy === "object") return { roles: ["ROLE_ADMIN", ...policy.roles], orLocal: false };
	switch (policy) {
		case "public":
			return "nobody";
		case "user":
			return "user";
		case "admin":
			return ADMIN;
		case "logs":
			return logsPublic ? "nobody" : ADMIN;
		case "own-logs":
			return logsPublic ? "nobody" : "user";
		case "operations":
			return isProduction ? ADMIN_OR_LOCAL : "nobody";
	}
}

/** Lets the caller pass or refuses with UNAUTHENTICATED or FORBIDDEN. */
export function authorize(requirement: Requirement, { identity, isLocal }: Caller): void {
	if (requirement === "nobody") return;
	if (typeof requirement === "object" && requirement.orLocal && isLocal) return;
	if (identity === null) throw new GatewayRejected("UNAUTHENTICATED");
	if (requirement === "user") return;
	if (!requirement.roles.some((role) => identity.roles.includes(role))) throw new GatewayRejected("FORBIDDEN");
}
