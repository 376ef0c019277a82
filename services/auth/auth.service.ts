import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import { foldOf, timeTravel } from "../../mixins/actor/time-travel.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import * as rules from "../../mixins/rules.ts";
import { scheduler, type JobSchema } from "../../mixins/scheduler.mixin.ts";
import type { TypedService } from "../../mixins/typed.ts";
import { erase, setRoles, signedIn } from "./application/administration.ts";
import { contactOf, openFields, profile, sealFields } from "./application/contact.ts";
import { firstUsersOf, openFirstUsers } from "./application/first-users.ts";
import { login } from "./application/login.ts";
import { rewrapOld } from "./application/rotation.ts";
import * as sessions from "./application/sessions.ts";
import { signup } from "./application/signup.ts";
import { authErrors } from "./contract.ts";
import { session } from "./domain/session.ts";
import { user, USER_KIND } from "./domain/user.ts";
import * as params from "./infrastructure/params.ts";
import { callerOf, systemCaller, wire, type AuthOptions, type Wired } from "./infrastructure/wiring.ts";

interface Deps extends RuntimeDeps {
	auth: Wired;
}

/** Nothing waits for it: what is over counts as over before it is marked. */
const HOUSEKEEPING_MS = 3_600_000;

/** Ends what is over, forgets what no longer counts, and moves data keys to the newest master key. */
const housekeeping: JobSchema<Deps> = {
	everyMs: HOUSEKEEPING_MS,
	async run() {
		const { ports, accounts, guards, keys } = this.auth;
		const caller = systemCaller(this.runtime.ids.next("JOB"));
		const oldKeyIds = keys.master.slice(1).map(({ keyId }) => keyId);
		await sessions.expireDue(ports, caller);
		await guards.purge();
		await rewrapOld(ports, accounts.wrappedBy, oldKeyIds, caller.contextFor(":rewrap"));
	},
};

/** Accounts, sessions and the keys of personal data; `options` replaces the cost of a password hash in tests. */
export function authService(options: AuthOptions = {}): TypedService<"auth", Deps> {
	return {
		name: "auth",
		mixins: [
			withRuntime(),
			domainErrors(authErrors),
			scheduler({ jobs: { housekeeping } }),
			timeTravel(foldOf({ kind: USER_KIND, decider: user })),
			timeTravel(foldOf(session)),
		],
		actions: { ...accountActions, ...sessionActions, ...internalActions },
		events: {
			"user.erased": {
				group: "auth",
				from: "now",
				/** Ends what a crash between the erasure and its sessions left open. */
				async handler(ctx) {
					await sessions.endAll(this.auth.ports, ctx.params.data.userId, "REVOKED", callerOf(ctx));
				},
			},
		},
		async started() {
			this.auth = await wire(this.runtime, options);
			await openFirstUsers(this.auth.ports, firstUsersOf(this.runtime.settings));
		},
	};
}

type Actions = TypedService<"auth", Deps>["actions"];

const accountActions: Pick<Actions, "signup" | "profile" | "erase" | "setRoles" | "figures"> = {
	signup: {
		params: {
			$$strict: "remove",
			username: params.text(100),
			password: params.password,
			email: params.text(320),
			name: params.optionalText(200),
			phoneNumber: params.optionalText(40),
		},
		async handler(ctx) {
			const { username, password, email, name = null, phoneNumber = null } = ctx.params;
			const form = { username, password, email: email.trim(), name, phoneNumber };
			const account = await signup(this.auth.ports, form, callerOf(ctx).contextFor());
			return { id: account.userId, ...account };
		},
	},
	erase: {
		params: { $$strict: "remove", userId: rules.id },
		async handler(ctx) {
			await erase(this.auth.ports, ctx.params.userId, callerOf(ctx));
			return null;
		},
	},
	setRoles: {
		params: { $$strict: "remove", userId: rules.id, roles: params.roles },
		async handler(ctx) {
			return setRoles(this.auth.ports, ctx.params.userId, ctx.params.roles, callerOf(ctx));
		},
	},
	profile: {
		params: { $$strict: "remove" },
		async handler(ctx) {
			return profile(this.auth.ports, signedIn(callerOf(ctx)));
		},
	},
	figures: {
		visibility: "public",
		params: { $$strict: "remove" },
		async handler() {
			return { users: await this.auth.ports.accounts.countActive() };
		},
	},
};

const sessionActions: Pick<
	Actions,
	"login" | "refresh" | "logout" | "logoutAll" | "revokeSession" | "sessions" | "session"
> = {
	login: {
		params: {
			$$strict: "remove",
			username: params.optionalText(320),
			email: params.optionalText(320),
			password: params.password,
		},
		async handler(ctx) {
			return login(this.auth.ports, ctx.params, callerOf(ctx));
		},
	},
	refresh: {
		params: { $$strict: "remove", refreshToken: params.text(200) },
		async handler(ctx) {
			return sessions.refresh(this.auth.ports, ctx.params.refreshToken, callerOf(ctx));
		},
	},
	logout: {
		params: { $$strict: "remove", refreshToken: params.optionalText(200) },
		async handler(ctx) {
			await sessions.logout(this.auth.ports, ctx.params.refreshToken, callerOf(ctx));
			return null;
		},
	},
	logoutAll: {
		params: { $$strict: "remove" },
		async handler(ctx) {
			const caller = callerOf(ctx);
			await sessions.endAll(this.auth.ports, signedIn(caller), "LOGGED_OUT", caller);
			return null;
		},
	},
	revokeSession: {
		params: { $$strict: "remove", sessionId: rules.id },
		async handler(ctx) {
			const caller = callerOf(ctx);
			await sessions.revoke(this.auth.ports, signedIn(caller), ctx.params.sessionId, caller);
			return null;
		},
	},
	sessions: {
		params: { $$strict: "remove" },
		async handler(ctx) {
			const caller = callerOf(ctx);
			return { items: await sessions.list(this.auth.ports, signedIn(caller), caller) };
		},
	},
	session: {
		visibility: "public",
		params: { $$strict: "remove", sessionId: rules.id, userId: rules.id },
		async handler(ctx) {
			return sessions.liveness(this.auth.ports, ctx.params.sessionId, ctx.params.userId);
		},
	},
};

const internalActions: Pick<Actions, "contact" | "seal" | "open" | "jwks"> = {
	contact: {
		visibility: "public",
		params: { $$strict: "remove", userId: rules.id },
		async handler(ctx) {
			return contactOf(this.auth.ports, ctx.params.userId);
		},
	},
	seal: {
		visibility: "public",
		params: { $$strict: "remove", userId: rules.id, context: params.context, fields: params.fields(2_000) },
		async handler(ctx) {
			const { userId, context, fields } = ctx.params;
			return { sealed: await sealFields(this.auth.ports, userId, context, fields) };
		},
	},
	open: {
		visibility: "public",
		params: { $$strict: "remove", userId: rules.id, context: params.context, fields: params.fields(10_000) },
		async handler(ctx) {
			const { userId, context, fields } = ctx.params;
			return { opened: await openFields(this.auth.ports, userId, context, fields) };
		},
	},
	jwks: {
		params: { $$strict: "remove" },
		async handler() {
			return { keys: this.auth.keys.signing.map(({ publicJwk }) => publicJwk) };
		},
	},
};

export default authService();
