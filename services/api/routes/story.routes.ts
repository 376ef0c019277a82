import type { RouteTable } from "./types.ts";

/** Everything that happened to an order. */
export const storyRoutes = {
	"GET /api/orders/:orderId/story": {
		action: "story.get",
		auth: "user",
		limit: "api",
		from: { orderId: "path", view: "query" },
		answer: "Story",
		summary: "Everything that happened to an order: plain for its owner, in full for operators and administrators",
		tag: "orders",
	},
} as const satisfies RouteTable;
