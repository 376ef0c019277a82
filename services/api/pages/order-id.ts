const ORDER_ID = /^[A-Za-z0-9_-]{6,64}$/;

/** Whether `value` can be an order id at all (6–64 letters, digits, `-`, `_`); says nothing about its existence. */
export function isOrderId(value: string | undefined): value is string {
	return value !== undefined && ORDER_ID.test(value);
}
