/**
 * Which of an action's params names the aggregate it works on, first match first, so that every process sends the calls for one
 * aggregate to the same process. `list.0.field` is a field of the first item. Services that stand on no aggregate are left out.
 */
const HOMES: Readonly<Record<string, readonly string[]>> = {
	order: ["orderId"],
	payment: ["orderId", "paymentId", "data.orderId"],
	saga: ["sagaId", "orderId"],
	inventory: ["productId", "items.0.productId", "productIds.0"],
	points: ["userId"],
	auth: ["userId", "sessionId", "username", "email"],
};

/** The id of the aggregate an action is about, or null; `action` is its whole name, `params` what it is called with. */
export function homeKeyOf(action: string, params: unknown): string | null {
	const paths = HOMES[action.slice(0, action.indexOf("."))] ?? [];
	for (const path of paths) {
		const value = path.split(".").reduce<unknown>(fieldOf, params);
		if (typeof value === "string" && value !== "") return value;
	}
	return null;
}

function fieldOf(value: unknown, name: string): unknown {
	if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
	return (value as Readonly<Record<string, unknown>>)[name];
}
