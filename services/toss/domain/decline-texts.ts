const DEFAULT_TEXT = "결제가 승인되지 않았습니다. 다른 결제 수단을 이용해 주세요.";

const TEXTS: readonly (readonly [RegExp, string])[] = [
	[/^NOT_FOUND_PAYMENT(_SESSION)?$|^INVALID_PAYMENT_KEY$/, "결제 시간이 지났습니다. 처음부터 다시 결제해 주세요."],
	[/^REJECT_CARD|^INVALID_REJECT_CARD$/, "카드사에서 결제를 거절했습니다. 한도와 잔액을 확인해 주세요."],
	[/^INVALID_STOPPED_CARD$|^INVALID_CARD_LOST_OR_STOLEN$/, "사용이 정지된 카드입니다."],
	[/^INVALID_CARD_EXPIRATION$/, "카드 유효기간을 확인해 주세요."],
	[/^INVALID_CARD|INSTALLMENT/, "카드 정보 또는 할부 조건을 확인해 주세요."],
	[/^REJECT_ACCOUNT|ACCOUNT|^INVALID_PASSWORD$/, "계좌 정보 또는 잔액을 확인해 주세요."],
	[/^EXCEED_MAX_REFUND_DUE$/, "환불할 수 있는 기간이 지났습니다."],
	[/REFUND|CANCEL/, "결제를 취소할 수 없습니다. 고객센터에 문의해 주세요."],
	[/^EXCEED_MAX/, "결제 한도를 초과했습니다."],
	[/^BELOW_MINIMUM_AMOUNT$/, "결제할 수 있는 최소 금액보다 적습니다."],
	[/^FDS_ERROR$/, "안전한 결제를 위해 거래가 제한되었습니다."],
];

/** A sentence for the buyer. The provider's own text is not passed on: it may say anything. */
export function declineText(code: string): string {
	return TEXTS.find(([pattern]) => pattern.test(code))?.[1] ?? DEFAULT_TEXT;
}
