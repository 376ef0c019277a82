import type { OrderActions } from "../contract.ts";
import type { PlacedOrder } from "../domain/model.ts";
import type { TellOrder } from "./ending.ts";

type Followed = OrderActions["order.followRefund"];

/** Lets an order follow a refund: all of the money back ends it, a part leaves it as it is. */
export async function followRefund(
	order: PlacedOrder,
	tell: TellOrder,
	{ reason, isFull }: Followed["params"],
	now: string,
): Promise<Followed["result"]> {
	const { orderId, status, confirmedAt } = isFull ? await tell(":refunded", { type: "end", reason, now }) : order;
	return { orderId, status, wasConfirmed: confirmedAt !== undefined };
}
