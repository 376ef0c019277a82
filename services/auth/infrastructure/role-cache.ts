import type { Clock } from "../../../mixins/clock/port.ts";
import type { Role } from "../contract.ts";

/** Users kept, and how long another process's change may go unseen. */
const CACHE_MAX = 10_000;
const CACHE_MS = 5_000;

/** Roles by user; null is a user that may not act. */
export interface RoleCache {
	get(userId: string, load: () => Promise<readonly Role[] | null>): Promise<readonly Role[] | null>;
	/** After a commit of this process: it is seen at once. */
	set(userId: string, roles: readonly Role[] | null): void;
}

/** A bounded memory of roles; the least recently loaded goes first. */
export function createRoleCache(clock: Clock): RoleCache {
	const known = new Map<string, { readonly roles: readonly Role[] | null; readonly readAt: number }>();
	let changes = 0;

	function keep(userId: string, roles: readonly Role[] | null): void {
		known.delete(userId);
		known.set(userId, { roles, readAt: clock.now() });
		for (const oldest of known.keys()) {
			if (known.size <= CACHE_MAX) break;
			known.delete(oldest);
		}
	}

	return {
		async get(userId, load) {
			const entry = known.get(userId);
			if (entry !== undefined && clock.now() - entry.readAt < CACHE_MS) return entry.roles;
			const changesBefore = changes;
			const roles = await load();
			if (changes === changesBefore) keep(userId, roles);
			return roles;
		},
		set(userId, roles) {
			changes++;
			keep(userId, roles);
		},
	};
}
