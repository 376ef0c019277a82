import type { ResultOf } from "../../../services/contracts.ts";

/** A gate that a test opens. */
export function gate(): { opened: Promise<void>; open: () => void } {
	let open: () => void = () => undefined;
	const opened = new Promise<void>((resolve) => (open = resolve));
	return { opened, open: () => open() };
}

/** Resolves when the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

/** An order with personal data in it. */
export function order(orderId: string, userId: string): ResultOf<"order.create"> {
	const at = "2030-01-07T00:00:00.000Z";
	return {
		orderId,
		orderName: "Code review",
		amount: 5_000,
		currency: "KRW",
		status: "PENDING",
		items: [],
		userId,
		customerEmail: "mina@example.com",
		customerName: "Canary-7",
		createdAt: at,
		updatedAt: at,
		expiresAt: at,
	};
}
