import type { SagaName, SagaStepName } from "../contract.ts";

/** Steps of each definition by their names within the engine. */
const LABELS: Readonly<Record<SagaName, Readonly<Record<string, SagaStepName>>>> = {
	checkout: {
		order: "ORDER_CREATED",
		payment: "PAYMENT_PROCESSED",
		stock: "INVENTORY_RESERVED",
		points: "POINTS_AWARDED",
		confirm: "ORDER_CONFIRMED",
		dispatch: "INVENTORY_CONFIRMED",
	},
	refund: {
		money: "PAYMENT_REFUNDED",
		order: "ORDER_SETTLED",
		points: "POINTS_REVOKED",
		stock: "INVENTORY_RESTOCKED",
	},
};

/** Where each definition stands before its first own step is done. */
const BEGINNINGS: Readonly<Record<SagaName, SagaStepName>> = { checkout: "ORDER_CREATED", refund: "REFUND_REQUESTED" };

interface Text {
	readonly ko: string;
	readonly en: string;
}

const STEPS: Readonly<Record<SagaStepName, Text>> = {
	ORDER_CREATED: { ko: "주문", en: "Order" },
	PAYMENT_PROCESSED: { ko: "결제", en: "Payment" },
	INVENTORY_RESERVED: { ko: "재고 예약", en: "Stock reservation" },
	POINTS_AWARDED: { ko: "포인트 적립", en: "Points" },
	ORDER_CONFIRMED: { ko: "주문 확정", en: "Order confirmation" },
	INVENTORY_CONFIRMED: { ko: "재고 확정", en: "Stock confirmation" },
	REFUND_REQUESTED: { ko: "환불 요청", en: "Refund request" },
	PAYMENT_REFUNDED: { ko: "환불", en: "Refund" },
	ORDER_SETTLED: { ko: "주문 정리", en: "Order" },
	POINTS_REVOKED: { ko: "포인트 회수", en: "Taking points back" },
	INVENTORY_RESTOCKED: { ko: "재고 복구", en: "Restocking" },
	COMPLETED: { ko: "완료", en: "Completion" },
};

const REASONS: Readonly<Record<string, Text>> = {
	INSUFFICIENT_STOCK: { ko: "재고 부족", en: "out of stock" },
	PRODUCT_NOT_FOUND: { ko: "재고에 없는 상품", en: "no such product in stock" },
	POINTS_UNAVAILABLE: { ko: "포인트 서비스 오류", en: "the points service failed" },
	INVALID_ORDER_STATE: { ko: "이미 끝난 주문", en: "the order had ended" },
	DEADLINE_PASSED: { ko: "제한 시간 초과", en: "out of time" },
	CANCEL_REFUSED: { ko: "결제사가 거절함", en: "refused by the provider" },
	CANCEL_AMOUNT_EXCEEDED: { ko: "남은 금액 초과", en: "more than is left" },
	INVALID_PAYMENT_STATE: { ko: "환불할 수 없는 결제 상태", en: "the payment cannot be refunded now" },
	TIMEOUT: { ko: "응답 없음", en: "no answer" },
};

/** Whether the saga service runs a definition of this name. */
export function isSagaName(name: string): name is SagaName {
	return Object.hasOwn(LABELS, name);
}

/** The public name of a step; throws for one that the definition does not have. */
export function labelOf(name: SagaName, step: string): SagaStepName {
	const label = LABELS[name][step];
	if (label === undefined) throw new Error(`a ${name} has no step ${step}`);
	return label;
}

/** Where a saga stands that has done nothing of its own yet. */
export function beginningOf(name: SagaName): SagaStepName {
	return BEGINNINGS[name];
}

/** Why a saga turned back, for people: `재고 예약 실패: 재고 부족`. */
export function messageOf(step: SagaStepName, errorCode: string, lang: "ko" | "en"): string {
	const reason = REASONS[errorCode]?.[lang] ?? errorCode;
	return lang === "ko" ? `${STEPS[step].ko} 실패: ${reason}` : `${STEPS[step].en} failed: ${reason}`;
}
