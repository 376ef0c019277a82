import type { ErrorCode } from "./statuses.ts";

/** What a person reads; both languages say the same. */
export interface ErrorText {
	readonly ko: string;
	readonly en: string;
}

/** Texts of every code. A code without texts does not compile. */
export const errorTexts: Readonly<Record<ErrorCode, ErrorText>> = {
	VALIDATION_ERROR: { ko: "입력한 값이 올바르지 않습니다.", en: "Some of the values are not valid." },
	MALFORMED_REQUEST: { ko: "올바른 HTTP 요청이 아닙니다.", en: "This is not a valid HTTP request." },
	MALFORMED_JSON: { ko: "요청 본문이 올바른 JSON이 아닙니다.", en: "The request body is not valid JSON." },
	INVALID_IDEMPOTENCY_KEY: {
		ko: "Idempotency-Key는 공백 없는 ASCII 1~255자여야 합니다.",
		en: "The Idempotency-Key must be 1 to 255 visible ASCII characters.",
	},
	CROSS_SITE_REQUEST: {
		ko: "다른 사이트에서 보낸 요청은 받을 수 없습니다.",
		en: "Requests from another site are not accepted here.",
	},
	UNAUTHENTICATED: { ko: "로그인이 필요합니다.", en: "Please sign in." },
	TOKEN_EXPIRED: { ko: "로그인 시간이 만료되었습니다.", en: "The access token has expired." },
	BAD_CREDENTIALS: { ko: "아이디 또는 비밀번호가 올바르지 않습니다.", en: "The username or password is wrong." },
	REFRESH_TOKEN_EXPIRED: {
		ko: "로그인이 만료되었습니다. 다시 로그인해 주세요.",
		en: "The sign-in has expired. Please sign in again.",
	},
	REFRESH_TOKEN_REUSED: {
		ko: "이미 사용된 로그인 정보입니다. 안전을 위해 로그아웃되었습니다.",
		en: "This refresh token was used before. The session was ended for safety.",
	},
	INVALID_REFRESH_TOKEN: { ko: "로그인 정보가 올바르지 않습니다.", en: "The refresh token is not valid." },
	FORBIDDEN: { ko: "이 작업을 할 권한이 없습니다.", en: "You are not allowed to do this." },
	USERNAME_TAKEN: { ko: "이미 사용 중인 아이디입니다.", en: "This username is taken." },
	EMAIL_TAKEN: { ko: "이미 사용 중인 이메일입니다.", en: "This e-mail address is taken." },
	USER_NOT_FOUND: { ko: "사용자를 찾을 수 없습니다.", en: "There is no such user." },
	SESSION_NOT_FOUND: { ko: "로그인 세션을 찾을 수 없습니다.", en: "There is no such session." },
	SEAL_INVALID: { ko: "암호화된 값을 열 수 없습니다.", en: "The sealed value cannot be opened." },
	NOT_FOUND: { ko: "요청한 주소를 찾을 수 없습니다.", en: "There is nothing at this address." },
	METHOD_NOT_ALLOWED: { ko: "이 주소에서 쓸 수 없는 요청 방식입니다.", en: "This method is not allowed here." },
	REQUEST_TIMED_OUT: {
		ko: "요청이 제시간에 도착하지 않았습니다. 다시 시도해 주세요.",
		en: "The request took too long to arrive. Please try again.",
	},
	EXPECTATION_FAILED: {
		ko: "Expect 헤더의 요구는 들어줄 수 없습니다.",
		en: "What the Expect header asks for cannot be met.",
	},
	REQUEST_HEADERS_TOO_LARGE: { ko: "요청 헤더가 너무 큽니다.", en: "The request's headers are too large." },
	PARKED_EVENT_NOT_FOUND: { ko: "보류된 이벤트를 찾을 수 없습니다.", en: "There is no such parked event." },
	CLOCK_NOT_VIRTUAL: { ko: "가상 시계가 켜져 있지 않습니다.", en: "The clock is not virtual." },
	REQUEST_IN_PROGRESS: {
		ko: "같은 요청을 처리하고 있습니다. 잠시 후 다시 시도해 주세요.",
		en: "The same request is still being worked on. Please try again shortly.",
	},
	IDEMPOTENCY_KEY_REUSED: {
		ko: "같은 Idempotency-Key가 다른 요청에 사용되었습니다.",
		en: "This Idempotency-Key was used for another request.",
	},
	PAYLOAD_TOO_LARGE: { ko: "요청 본문이 너무 큽니다.", en: "The request body is too large." },
	UNSUPPORTED_MEDIA_TYPE: { ko: "JSON 본문만 받을 수 있습니다.", en: "Only JSON bodies are accepted." },
	TOO_MANY_STREAMS: { ko: "열려 있는 실시간 연결이 너무 많습니다.", en: "Too many live streams are open." },
	RATE_LIMITED: {
		ko: "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.",
		en: "Too many requests. Please try again later.",
	},
	INTERNAL_ERROR: {
		ko: "처리 중 문제가 발생했습니다. 문의하실 때 요청 번호를 알려 주세요.",
		en: "Something went wrong on our side. Please quote the correlation id when you ask for help.",
	},
	SERVICE_UNAVAILABLE: {
		ko: "지금은 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.",
		en: "This cannot be done right now. Please try again shortly.",
	},
	SERVICE_TIMEOUT: {
		ko: "처리가 늦어지고 있습니다. 같은 Idempotency-Key로 다시 시도해 주세요.",
		en: "The answer takes too long. Please try again with the same Idempotency-Key.",
	},
	PRODUCT_NOT_FOUND: { ko: "상품을 찾을 수 없습니다.", en: "There is no such product." },
	ORDER_NOT_FOUND: { ko: "주문을 찾을 수 없습니다.", en: "There is no such order." },
	OUT_OF_STOCK: { ko: "재고가 부족합니다.", en: "There is not enough of it in stock." },
	INVALID_ORDER_STATE: { ko: "지금 상태에서는 할 수 없는 주문입니다.", en: "The order's state does not allow this." },
	AMOUNT_MISMATCH: { ko: "결제 금액이 주문 금액과 다릅니다.", en: "The amount does not match the order." },
	PAYMENT_NOT_FOUND: { ko: "결제를 찾을 수 없습니다.", en: "There is no such payment." },
	STREAM_NOT_FOUND: { ko: "이력을 찾을 수 없습니다.", en: "There is no such history." },
	BREAKER_NOT_FOUND: { ko: "회로 차단기가 없는 작업입니다.", en: "This action has no circuit breaker." },
	DATA_NOT_FOUND: { ko: "문서를 찾을 수 없습니다.", en: "There is no such document." },
	PAYMENT_DECLINED: { ko: "결제가 승인되지 않았습니다.", en: "The payment was declined." },
	PAYMENT_IN_PROGRESS: { ko: "결제를 처리하고 있습니다.", en: "The payment is being worked on." },
	INVALID_PAYMENT_STATE: {
		ko: "지금 상태에서는 할 수 없는 결제입니다.",
		en: "The payment's state does not allow this.",
	},
	PAYMENT_KEY_CONFLICT: {
		ko: "이미 다른 결제 키로 처리된 주문입니다.",
		en: "The order is being paid with another payment key.",
	},
	CANCEL_AMOUNT_EXCEEDED: {
		ko: "환불 금액이 남은 금액보다 큽니다.",
		en: "The amount is more than what is left to give back.",
	},
	GATEWAY_ERROR: { ko: "결제사에서 오류가 발생했습니다.", en: "The payment provider answered with an error." },
	GATEWAY_UNAVAILABLE: {
		ko: "결제사에 연결할 수 없습니다. 잠시 후 다시 시도해 주세요.",
		en: "The payment provider cannot be reached. Please try again shortly.",
	},
	CANCEL_REFUSED: { ko: "결제사가 환불을 거절했습니다.", en: "The payment provider refused to give the money back." },
	LEDGER_ENTRY_EMPTY: {
		ko: "분개에는 1개 이상 100개 이하의 항목이 있어야 합니다.",
		en: "A journal entry has 1 to 100 legs.",
	},
	LEDGER_ENTRY_UNBALANCED: {
		ko: "분개의 차변과 대변의 합이 다릅니다.",
		en: "The legs of the journal entry do not sum to zero.",
	},
	LEDGER_AMOUNT_INVALID: {
		ko: "분개 금액은 1원 이상의 정수여야 합니다.",
		en: "Amounts of a journal entry are whole won, at least 1.",
	},
	LEDGER_ACCOUNT_UNKNOWN: { ko: "없는 계정과목입니다.", en: "There is no such ledger account." },
	LEDGER_CAUSE_REUSED: {
		ko: "같은 원인으로 다른 분개가 이미 기록되어 있습니다.",
		en: "Another journal entry was written for the same cause.",
	},
	LEDGER_BALANCE_EXCEEDED: {
		ko: "계정 합계가 기록할 수 있는 범위를 넘습니다.",
		en: "The account's totals would no longer be exact.",
	},
	LEDGER_BROKEN: {
		ko: "원장이 손상되어 기록할 수 없습니다. 운영자에게 알려 주세요.",
		en: "The ledger is not what was written and takes nothing more. Please tell an operator.",
	},
	SAGA_NOT_FOUND: { ko: "체크아웃을 찾을 수 없습니다.", en: "There is no such checkout." },
	SAGA_ENDED: { ko: "이미 끝난 체크아웃입니다.", en: "This checkout has ended." },
	SAGA_TESTS_OFF: {
		ko: "여기서는 사가 테스트를 쓸 수 없습니다.",
		en: "The saga's test endpoints are not available here.",
	},
	SCENARIO_NOT_APPLICABLE: {
		ko: "이 상품의 재고로는 이 시나리오를 실행할 수 없습니다.",
		en: "The stock of this product does not allow this scenario.",
	},
	RESERVATION_NOT_FOUND: { ko: "재고 예약을 찾을 수 없습니다.", en: "There is no such reservation." },
	PRODUCT_EXISTS: { ko: "이미 등록된 상품입니다.", en: "This product has stock already." },
	INSUFFICIENT_STOCK: { ko: "재고 부족", en: "There is not enough stock." },
	STOCK_BELOW_RESERVED: {
		ko: "예약된 수량보다 재고를 줄일 수 없습니다.",
		en: "The stock cannot go below what is reserved.",
	},
	RESERVATION_CONFLICT: {
		ko: "같은 주문에 다른 수량의 예약이 있습니다.",
		en: "The order holds another quantity of this product.",
	},
	RESERVATION_CANCELLED: { ko: "이미 취소된 재고 예약입니다.", en: "The reservation was cancelled." },
	RESERVATION_CONFIRMED: { ko: "이미 확정된 재고 예약입니다.", en: "The reservation was confirmed." },
	RESERVATION_NOT_CONFIRMED: {
		ko: "확정되지 않은 재고 예약입니다.",
		en: "The reservation has not been confirmed.",
	},
	COMMAND_CANCELLED: {
		ko: "먼저 취소되어 처리할 수 없는 요청입니다.",
		en: "This was cancelled before it came, and will not be done.",
	},
	POINTS_CONFLICT: {
		ko: "같은 주문에 다른 금액의 포인트가 적립되어 있습니다.",
		en: "The order has earned points for another amount.",
	},
	POINTS_UNAVAILABLE: {
		ko: "지금은 포인트를 적립할 수 없습니다. 잠시 후 다시 시도해 주세요.",
		en: "Points cannot be given right now. Please try again shortly.",
	},
	CONFLICT: {
		ko: "동시에 처리된 요청과 충돌했습니다. 다시 시도해 주세요.",
		en: "Another request changed the same thing. Please try again.",
	},
	FORGED_IDENTITY: {
		ko: "호출한 주체를 확인할 수 없습니다.",
		en: "Nobody vouches for the caller of this request.",
	},
	OUTCOME_UNKNOWN: {
		ko: "처리 결과를 아직 알 수 없습니다. 같은 Idempotency-Key로 다시 시도해 주세요.",
		en: "The outcome is not known yet. Please try again with the same Idempotency-Key.",
	},
	COMMAND_ID_REUSED: { ko: "이미 사용된 요청 번호입니다.", en: "This command id was used before." },
	STORE_UNAVAILABLE: {
		ko: "지금은 저장할 수 없습니다. 잠시 후 다시 시도해 주세요.",
		en: "Nothing can be stored right now. Please try again shortly.",
	},
};

/** Short English name of a code: `ORDER_NOT_FOUND` → "Order not found". */
export function titleOf(code: string): string {
	const words = code.toLowerCase().replaceAll("_", " ");
	return words.charAt(0).toUpperCase() + words.slice(1);
}
