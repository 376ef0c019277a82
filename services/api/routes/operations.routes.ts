import type { RouteTable } from "./types.ts";

/** Administration, virtual clock. */
export const operationsRoutes = {
	"GET /api/admin/dashboard": {
		action: "api.dashboard",
		auth: "admin",
		limit: "api",
		answer: "Dashboard",
		summary: "Figures of all services; null where one does not answer",
		tag: "admin",
	},
	"GET /api/admin/bus": {
		action: "api.bus",
		auth: "admin",
		limit: "api",
		answer: "GroupList",
		summary: "How far every consumer group is",
		tag: "admin",
	},
	"GET /api/admin/parked": {
		action: "api.parked",
		auth: "admin",
		limit: "api",
		from: { group: "query", limit: "query-integer" },
		answer: "ParkedList",
		summary: "Events a consumer group could not take",
		tag: "admin",
	},
	"POST /api/admin/parked/replay": {
		action: "api.replayParked",
		auth: "admin",
		limit: "api",
		from: { parkedId: "body" },
		answer: "Replayed",
		summary: "Try a parked event again now",
		tag: "admin",
	},
	"POST /api/admin/parked/skip": {
		action: "api.skipParked",
		auth: "admin",
		limit: "api",
		from: { parkedId: "body" },
		answer: "Skipped",
		summary: "Give a dead event up",
		tag: "admin",
	},
	"POST /api/clock/advance": {
		action: "api.advanceClock",
		auth: "public",
		limit: "api",
		from: { ms: "body" },
		idempotent: false,
		onlyVirtualClock: true,
		answer: "ClockTime",
		summary: "Move the virtual clock (only with CLOCK=virtual)",
		tag: "clock",
	},
} as const satisfies RouteTable;
