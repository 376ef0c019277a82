/** Cards, accounts, billing: `code|status|Korean|English`, worded by ourselves. */
export const cardErrors = `
REJECT_CARD_PAYMENT|403|한도 초과 또는 잔액 부족으로 결제가 거절되었습니다.|The card has reached its limit or lacks funds.
REJECT_CARD_COMPANY|403|카드사에서 승인을 거절했습니다.|The card company refused the payment.
REJECT_ACCOUNT_PAYMENT|403|잔액 부족으로 결제가 거절되었습니다.|The account lacks funds.
REJECT_TOSSPAY_INVALID_ACCOUNT|403|출금 계좌가 올바르지 않아 거절되었습니다.|The linked account is not valid.
EXCEED_MAX_AUTH_COUNT|403|인증 횟수를 넘었습니다.|Too many authentication attempts.
EXCEED_MAX_ONE_DAY_AMOUNT|403|하루 한도를 넘었습니다.|The daily limit is exceeded.
INVALID_PASSWORD|403|결제 비밀번호가 다릅니다.|The payment password does not match.
FDS_ERROR|403|이상 거래가 감지되어 결제가 제한되었습니다.|Stopped by fraud detection.
EXCEED_MAX_CARD_INSTALLMENT_PLAN|400|할부 개월 수가 너무 깁니다.|Too many instalments.
NOT_ALLOWED_POINT_USE|400|카드 포인트를 쓸 수 없습니다.|Card points cannot be used.
INVALID_REJECT_CARD|400|사용이 거절된 카드입니다. 카드사에 문의해 주세요.|The card was refused. Ask the card company.
BELOW_MINIMUM_AMOUNT|400|최소 결제 금액보다 적습니다. (카드 100원, 계좌 200원)|Below the minimum (card 100 won, account 200 won).
INVALID_CARD_EXPIRATION|400|카드 유효기간이 올바르지 않습니다.|The card's expiry date is not valid.
INVALID_STOPPED_CARD|400|정지된 카드입니다.|The card is suspended.
EXCEED_MAX_DAILY_PAYMENT_COUNT|400|하루 결제 횟수를 넘었습니다.|The daily number of payments is exceeded.
NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT|400|할부를 지원하지 않는 카드 또는 가맹점입니다.|The card or the merchant does not support instalments.
INVALID_CARD_INSTALLMENT_PLAN|400|할부 개월이 올바르지 않습니다.|The instalment plan is not valid.
NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN|400|할부를 지원하지 않는 카드입니다.|The card does not support instalments.
NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT|400|5만원 이상만 할부할 수 있습니다.|Instalments need at least 50,000 won.
EXCEED_MAX_PAYMENT_AMOUNT|400|결제 한도를 넘었습니다.|The payment limit is exceeded.
NOT_FOUND_TERMINAL_ID|400|단말기 번호가 없습니다.|There is no terminal id.
INVALID_AUTHORIZE_AUTH|400|인증이 올바르지 않습니다.|The authentication is not valid.
INVALID_CARD_LOST_OR_STOLEN|400|분실 또는 도난 신고된 카드입니다.|The card was reported lost or stolen.
RESTRICTED_TRANSFER_ACCOUNT|400|등록 후 12시간이 지나야 쓸 수 있는 계좌입니다.|The account can be used 12 hours after registration.
INVALID_CARD_NUMBER|400|카드 번호가 올바르지 않습니다.|The card number is not valid.
INVALID_UNREGISTERED_SUBMALL|400|등록되지 않은 서브몰입니다.|The sub-mall is not registered.
NOT_REGISTERED_BUSINESS|400|등록되지 않은 사업자입니다.|The business is not registered.
EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT|400|하루 출금 한도를 넘었습니다.|The daily withdrawal limit is exceeded.
EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT|400|1회 출금 한도를 넘었습니다.|The limit of one withdrawal is exceeded.
CARD_PROCESSING_ERROR|400|카드사에서 오류가 발생했습니다.|The card company had an error.
EXCEED_MAX_AMOUNT|400|거래 한도를 넘었습니다.|The amount limit is exceeded.
EXCEEDS_TRANSFER_AMOUNT_MAXIMUM|400|이체 한도를 넘었습니다.|The transfer limit is exceeded.
USER_ACCOUNT_ON_HOLD|400|정지된 계좌입니다.|The account is on hold.
INVALID_ACCOUNT_INFO_RE_REGISTER|400|계좌를 다시 등록해 주세요.|Register the account again.
NOT_AVAILABLE_PAYMENT|400|지금은 결제할 수 없는 시간입니다.|Payments are not possible at this hour.
EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT|400|한 달 결제 한도를 넘었습니다.|The monthly limit is exceeded.
INVALID_CARD_PASSWORD|400|카드 비밀번호가 다릅니다.|The card password does not match.
INVALID_CARD_IDENTITY|400|카드 소유자 정보가 다릅니다.|The card holder's identity does not match.
INVALID_BIRTH_DAY_FORMAT|400|생년월일은 6자리, 사업자번호는 10자리여야 합니다.|Six digits of birth date or ten of business number are needed.
NOT_SUPPORTED_CARD_TYPE|400|지원하지 않는 카드입니다.|The kind of card is not supported.
NOT_REGISTERED_CARD_COMPANY|400|카드사에 등록되지 않은 카드입니다.|The card is not registered with its company.
INVALID_EMAIL|400|이메일 주소가 올바르지 않습니다.|The e-mail address is not valid.
FAILED_CARD_COMPANY_RESPONSE|500|카드사 응답을 받지 못했습니다.|The card company did not answer.
INVALID_CUSTOMER_KEY|400|고객 키가 올바르지 않습니다.|The customer key is not valid.
INVALID_BILLING_AUTH|400|빌링 인증 정보가 올바르지 않습니다.|The billing authentication is not valid.
INVALID_BILL_KEY_REQUEST|400|빌링 인증이 끝나지 않았습니다.|The billing authentication is not finished.
NOT_MATCHES_CUSTOMER_KEY|400|고객 키가 빌링키와 맞지 않습니다.|The customer key does not belong to the billing key.
ALREADY_REMOVED_BILLING_KEY|400|이미 삭제된 빌링키입니다.|The billing key was removed.
NOT_FOUND_BILLING|404|빌링키를 찾을 수 없습니다.|There is no such billing key.
FAILED_BILL_KEY_AUTH_CREATION|500|빌링키 인증에 실패했습니다.|Creating the billing authentication failed.
FAILED_BILLING_AUTO_CANCEL|500|빌링 자동 취소에 실패했습니다.|The automatic cancel of a billing payment failed.
`;
