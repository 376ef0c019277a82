import type { RouteTable } from "./types.ts";

/** Stock: everyone who is signed in sees it, administrators change it. */
export const inventoryRoutes = {
	"GET /api/inventory": {
		action: "inventory.list",
		auth: "user",
		limit: "api",
		from: { limit: "query-integer", cursor: "query" },
		answer: "StockList",
		summary: "Stock of every product",
		tag: "inventory",
	},
	"POST /api/inventory": {
		action: "inventory.create",
		auth: "admin",
		limit: "api",
		status: 201,
		location: ({ productId }) => `/api/inventory/${productId}`,
		from: { productId: "body", productName: "body", quantity: "body" },
		answer: "Stock",
		summary: "Put a product on the shelf",
		tag: "inventory",
	},
	"GET /api/inventory/:productId": {
		action: "inventory.get",
		auth: "user",
		limit: "api",
		from: { productId: "path" },
		answer: "Stock",
		summary: "Stock of one product",
		tag: "inventory",
	},
	"PATCH /api/inventory/:productId": {
		action: "inventory.adjust",
		auth: "admin",
		limit: "api",
		from: { productId: "path", delta: "body" },
		answer: "Stock",
		summary: "Add or take away pieces; never below what is reserved",
		tag: "inventory",
	},
} as const satisfies RouteTable;
