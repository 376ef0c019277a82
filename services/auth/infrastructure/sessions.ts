import type { Runtime } from "../../../mixins/runtime.ts";
import type { Sessions } from "../application/ports.ts";
import { session, type ActiveSession } from "../domain/session.ts";

const LIST_MAX = 100;

/** Sessions as actors, found by user and by end. */
export function createSessions({ store, actors }: Pick<Runtime, "store" | "actors">): Sessions {
	store.define(session);
	return {
		tell: async (sessionId, command, context) => (await actors.tell(session, sessionId, command, context)).state,
		read: async (sessionId) => (await actors.read(session, sessionId)).state,
		async activeOf(userId) {
			const found = await store.find<ActiveSession>(session.kind, {
				where: { userId, status: "ACTIVE" },
				range: { field: "startedAt" },
				direction: "desc",
				limit: LIST_MAX,
			});
			return found.map(({ state }) => state);
		},
		async due(now, limit) {
			const found = await store.find<ActiveSession>(session.kind, {
				range: { field: "dueAt", to: now },
				direction: "asc",
				limit,
			});
			return found.map(({ state }) => state);
		},
	};
}
