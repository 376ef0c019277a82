import type { RouteTable } from "./types.ts";

/** Points of the caller. */
export const pointsRoutes = {
	"GET /api/points/my": {
		action: "points.my",
		auth: "user",
		limit: "api",
		answer: "MyPoints",
		summary: "The caller's points and their newest entries",
		tag: "points",
	},
} as const satisfies RouteTable;
