import type { Core } from "../application/core.ts";
import { visiblePayment } from "../application/core.ts";
import { vendorReader } from "../domain/body.ts";
import { receiptView } from "../domain/cash-receipt.ts";
import { VendorRefusal } from "../domain/errors.ts";
import { receiptQuery, settlementQuery, transactionQuery } from "../domain/record-queries.ts";
import { faultySettlement, settlementView, transactionView } from "../domain/settlement.ts";
import type { Route } from "./router.ts";
import type { VendorCall, VendorResult, VendorRoute } from "./vendor-call.ts";

const read = (pattern: string, handle: VendorRoute["handle"]): Route<VendorRoute> => ({
	method: "GET",
	pattern,
	target: { operation: "records", isWrite: false, handle: refusable(handle) },
});

/** Transactions, settlements, receipts, promotions: what a reconciliation reads. */
export const recordRoutes: readonly Route<VendorRoute>[] = [
	read("/v1/transactions", transactions),
	read("/v1/settlements", settlements),
	read("/v1/cash-receipts", receipts),
	read("/v1/promotions", () => ({ status: 200, body: [] })),
	read("/v1/promotions/card", () => ({ status: 200, body: { discountCards: [], interestFreeCards: [] } })),
	{
		method: "POST",
		pattern: "/v1/settlements",
		target: { operation: "records", isWrite: true, handle: refusable(requestSettlement) },
	},
];

function refusable(handle: VendorRoute["handle"]): VendorRoute["handle"] {
	return (core, call) => {
		if (call.decline !== null) throw new VendorRefusal(call.decline);
		return handle(core, call);
	};
}

function transactions(core: Core, call: VendorCall): VendorResult {
	const { from, until, startingAfter, limit } = transactionQuery(new URLSearchParams(call.query));
	const { mId } = call.caller;
	const place = startingAfter === null ? null : core.payments.movementPlace(mId, startingAfter);
	if (startingAfter !== null && place === null) throw new VendorRefusal("INVALID_PAGING_KEY");
	const rows = core.payments.movements({
		mId,
		from: Math.max(from, place?.at ?? from),
		until,
		startingAfter: place?.seq ?? 0,
		skip: 0,
		limit,
		isMoneyOnly: false,
	});
	return { status: 200, body: rows.map((row) => transactionView(row, core.baseUrl(), call.language)) };
}

function settlements(core: Core, call: VendorCall): VendorResult {
	const { range, skip, limit } = settlementQuery(new URLSearchParams(call.query));
	if (range === null) return { status: 200, body: [] };
	const { mId } = call.caller;
	const rows = core.payments.movements({ mId, ...range, startingAfter: 0, skip, limit, isMoneyOnly: true });
	const body = rows.flatMap((row) => {
		const approvedAt = core.payments.find(row.paymentKey)?.approvedAt ?? row.at;
		const { orderId, paymentKey, amount } = row;
		const fault = core.faults.peek({ operation: "settlement-row", orderId, paymentKey, amount, mId });
		return faultySettlement(settlementView(row, approvedAt, call.language), fault);
	});
	return { status: 200, body };
}

function requestSettlement(core: Core, call: VendorCall): VendorResult {
	const paymentKey = vendorReader(call.body).text("paymentKey", 1, 200);
	const payment = visiblePayment(core, paymentKey, call.caller.mId);
	if (payment?.approvedAt == null) throw new VendorRefusal("NOT_FOUND_PAYMENT");
	return { status: 200, body: { result: true } };
}

function receipts(core: Core, call: VendorCall): VendorResult {
	const { day, after, limit } = receiptQuery(new URLSearchParams(call.query));
	const rows = core.records.receipts(call.caller.mId, day, after, limit + 1);
	const page = rows.slice(0, limit);
	const now = core.clock.now();
	return {
		status: 200,
		body: {
			hasNext: rows.length > limit,
			lastCursor: page.at(-1)?.seq ?? after,
			data: page.map(({ receipt }) => receiptView(receipt, core.baseUrl(), now)),
		},
	};
}
