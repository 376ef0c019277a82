import type { CheckoutStep } from "../contract.ts";

/** Steps of the checkout by their names within the engine. */
const LABELS: Readonly<Record<string, CheckoutStep>> = {
	order: "ORDER_CREATED",
	payment: "PAYMENT_PROCESSED",
	stock: "INVENTORY_RESERVED",
	points: "POINTS_AWARDED",
	confirm: "ORDER_CONFIRMED",
	dispatch: "INVENTORY_CONFIRMED",
};

interface Text {
	readonly ko: string;
	readonly en: string;
}

const STEPS: Readonly<Record<CheckoutStep, Text>> = {
	ORDER_CREATED: { ko: "주문", en: "Order" },
	PAYMENT_PROCESSED: { ko: "결제", en: "Payment" },
	INVENTORY_RESERVED: { ko: "재고 예약", en: "Stock reservation" },
	POINTS_AWARDED: { ko: "포인트 적립", en: "Points" },
	ORDER_CONFIRMED: { ko: "주문 확정", en: "Order confirmation" },
	INVENTORY_CONFIRMED: { ko: "재고 확정", en: "Stock confirmation" },
	COMPLETED: { ko: "완료", en: "Completion" },
};

const REASONS: Readonly<Record<string, Text>> = {
	INSUFFICIENT_STOCK: { ko: "재고 부족", en: "out of stock" },
	PRODUCT_NOT_FOUND: { ko: "재고에 없는 상품", en: "no such product in stock" },
	POINTS_UNAVAILABLE: { ko: "포인트 서비스 오류", en: "the points service failed" },
	INVALID_ORDER_STATE: { ko: "이미 끝난 주문", en: "the order had ended" },
	DEADLINE_PASSED: { ko: "제한 시간 초과", en: "out of time" },
	TIMEOUT: { ko: "응답 없음", en: "no answer" },
};

/** The public name of a step; throws for one that the checkout does not have. */
export function labelOf(step: string): CheckoutStep {
	const label = LABELS[step];
	if (label === undefined) throw new Error(`the checkout has no step ${step}`);
	return label;
}

/** Why a checkout turned back, for people: `재고 예약 실패: 재고 부족`. */
export function messageOf(step: CheckoutStep, errorCode: string, lang: "ko" | "en"): string {
	const reason = REASONS[errorCode]?.[lang] ?? errorCode;
	return lang === "ko" ? `${STEPS[step].ko} 실패: ${reason}` : `${STEPS[step].en} failed: ${reason}`;
}
