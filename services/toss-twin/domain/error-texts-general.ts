/** Requests, keys, sessions, cancels, records: `code|status|Korean|English`, worded by ourselves. */
export const generalErrors = `
INVALID_REQUEST|400|요청 내용이 올바르지 않습니다.|The request is not valid.
INVALID_API_KEY|400|시크릿 키가 올바르지 않습니다.|The secret key is not valid.
INVALID_IDEMPOTENCY_KEY|400|멱등키가 올바르지 않습니다. (최대 300자)|The idempotency key is not valid (300 characters at most).
INVALID_TEST_CODE|400|알 수 없는 테스트 코드입니다.|The test code is unknown.
UNAUTHORIZED_KEY|401|인증되지 않은 키입니다.|The key is not authorised.
FORBIDDEN_REQUEST|403|허용되지 않은 요청입니다.|The request is not allowed.
INCORRECT_BASIC_AUTH_FORMAT|403|인증 헤더 형식이 다릅니다. 시크릿 키 뒤에 콜론을 붙여 주세요.|Basic authentication needs a colon after the secret key.
NOT_FOUND|404|찾을 수 없습니다.|Not found.
NOT_FOUND_METHOD|404|존재하지 않는 기능입니다.|There is no such method.
NOT_FOUND_HTTP_METHOD|404|지원하지 않는 HTTP 메서드입니다.|The HTTP method is not supported here.
IDEMPOTENT_REQUEST_PROCESSING|409|같은 멱등키의 요청을 처리하고 있습니다.|A request with this idempotency key is still running.
TOO_MANY_REQUESTS|429|요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.|Too many requests. Try again later.
FAILED_INTERNAL_SYSTEM_PROCESSING|500|내부 처리에 실패했습니다.|Internal processing failed.
COMMON_ERROR|500|일시적인 오류가 발생했습니다.|A temporary error occurred.
UNKNOWN_ERROR|500|알 수 없는 오류입니다.|An unknown error occurred.
FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING|500|결제 처리에 실패했습니다.|Processing the payment failed.
UNKNOWN_PAYMENT_ERROR|500|결제 중 알 수 없는 오류가 발생했습니다.|An unknown error occurred during the payment.
FAILED_DB_PROCESSING|500|데이터 처리에 실패했습니다.|Processing the data failed.
FAILED_METHOD_HANDLING|500|결제 수단 처리에 실패했습니다.|Handling the payment method failed.
FAILED_HASH_DATA_CREATION|500|해시 생성에 실패했습니다.|Creating the hash failed.
API_VERSION_UPDATE_NEEDED|400|API 버전을 올려 주세요.|A newer API version is needed.
MAINTAINED_METHOD|400|점검 중인 결제 수단입니다.|The payment method is under maintenance.
DUPLICATED_REQUEST|400|중복된 요청입니다.|The request was sent twice.
DUPLICATED_ORDER_ID|400|이미 사용한 주문번호입니다.|The order id was already used.
INVALID_URL_FORMAT|400|주소 형식이 올바르지 않습니다.|The address is not valid.
INVALID_CURRENCY|400|통화가 올바르지 않습니다.|The currency is not valid.
NOT_SUPPORTED_USD|400|달러 결제를 지원하지 않습니다.|US dollars are not supported.
NOT_SUPPORTED_METHOD|400|지원하지 않는 결제 수단입니다.|The payment method is not supported.
ALREADY_PROCESSED_PAYMENT|400|이미 처리된 결제입니다.|The payment was already processed.
INVALID_PAYMENT_KEY|400|결제 키가 올바르지 않습니다.|The payment key is not valid.
UNAPPROVED_ORDER_ID|400|아직 승인되지 않은 주문번호입니다.|The order id is not approved yet.
PAY_PROCESS_ABORTED|400|결제가 중단되었습니다.|The payment was aborted.
PAY_PROCESS_CANCELED|400|구매자가 결제를 취소했습니다.|The buyer cancelled the payment.
EXPIRED_PAYMENT|400|결제 시간이 지났습니다.|The time to pay has passed.
PROVIDER_ERROR|400|결제 기관에서 일시적인 오류가 발생했습니다.|The payment provider has a temporary fault.
NOT_FOUND_PAYMENT|404|존재하지 않는 결제입니다.|There is no such payment.
NOT_FOUND_PAYMENT_SESSION|404|결제 시간이 지나 진행 데이터가 없습니다.|The payment session does not exist or has expired.
ALREADY_CANCELED_PAYMENT|400|이미 취소된 결제입니다.|The payment was already cancelled.
ALREADY_REFUND_PAYMENT|400|이미 환불된 결제입니다.|The payment was already refunded.
INVALID_REFUND_ACCOUNT_INFO|400|환불 계좌 정보가 올바르지 않습니다.|The refund account is not valid.
INVALID_REFUND_ACCOUNT_NUMBER|400|환불 계좌번호가 올바르지 않습니다.|The refund account number is not valid.
INVALID_REFUND_AMOUNT|400|환불 금액이 올바르지 않습니다.|The refund amount is not valid.
INVALID_BANK|400|은행 코드가 올바르지 않습니다.|The bank code is not valid.
EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT|400|즉시 할인 금액보다 적은 금액은 부분 취소할 수 없습니다.|A partial cancel below the instant discount is not possible.
NOT_MATCHES_REFUNDABLE_AMOUNT|400|취소 가능 금액이 다릅니다.|The refundable amount does not match.
REFUND_REJECTED|400|환불이 거절되었습니다.|The refund was rejected.
FORBIDDEN_BANK_REFUND_REQUEST|400|이 은행으로는 환불할 수 없습니다.|Refunds to this bank are not possible.
NOT_CANCELABLE_AMOUNT|403|취소할 수 없는 금액입니다.|This amount cannot be cancelled.
NOT_CANCELABLE_PAYMENT|403|취소할 수 없는 결제입니다.|The payment cannot be cancelled.
NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER|403|휴면 회원의 결제는 취소할 수 없습니다.|Payments of a dormant user cannot be cancelled.
FORBIDDEN_CONSECUTIVE_REQUEST|403|반복 요청입니다. 잠시 후 다시 시도해 주세요.|Repeated too quickly. Try again later.
EXCEED_MAX_REFUND_DUE|403|환불 가능 기간이 지났습니다.|The time for a refund has passed.
EXCEED_CANCEL_LIMIT|403|취소 한도를 넘었습니다.|The cancel limit is exceeded.
EXCEED_MAX_REFUND_AMOUNT|403|환불 한도를 넘었습니다.|The refund limit is exceeded.
NOT_ALLOWED_PARTIAL_REFUND|403|부분 환불할 수 없는 결제입니다.|The payment cannot be refunded in part.
NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT|403|입금 전에는 부분 환불할 수 없습니다.|Before the deposit only a full cancel is possible.
NOT_ALLOWED_REFUND_BANK|403|환불할 수 없는 은행입니다.|The bank cannot take refunds.
NOT_SUPPORTED_REFUND|403|환불을 지원하지 않습니다.|Refunds are not supported.
NOT_AVAILABLE_BANK|403|은행 서비스 시간이 아닙니다.|The bank is not available now.
FAILED_REFUND_PROCESS|500|환불 처리에 실패했습니다.|Processing the refund failed.
FAILED_METHOD_HANDLING_CANCEL|500|취소 중 결제 수단 처리에 실패했습니다.|Handling the payment method failed during the cancel.
FAILED_PARTIAL_REFUND|500|부분 환불에 실패했습니다.|The partial refund failed.
INVALID_REGISTRATION_NUMBER_TYPE|400|등록 번호 종류가 올바르지 않습니다.|The kind of registration number is not valid.
EXCEED_MAX_VALID_HOURS|400|입금 기한이 너무 깁니다.|The validity is too long.
EXCEED_MAX_DUE_DATE|400|입금 기한이 너무 늦습니다.|The due date is too late.
INVALID_VALID_HOURS_WITH_DUE_DATE_AND_SINGLE|400|validHours와 dueDate 중 하나만 보내 주세요.|Send either validHours or dueDate.
INVALID_DATE|400|날짜가 올바르지 않습니다.|The date is not valid.
INVALID_ISO_DATE_FORMAT|400|날짜 형식이 ISO 8601이 아닙니다.|The date is not ISO 8601.
EXCEED_MAX_QUERY_LIMIT|400|한 번에 조회할 수 있는 수를 넘었습니다.|The page size is too large.
INVALID_PAGING_KEY|400|페이지 키가 올바르지 않습니다.|The paging key is not valid.
REQUIRED_ACCOUNT_KEY|400|고정 계좌 키가 필요합니다.|An account key is required.
INVALID_VIRTUAL_ACCOUNT_TYPE|400|가상계좌 종류가 올바르지 않습니다.|The kind of virtual account is not valid.
NOT_ALLOWED_CHANGING_ACCOUNT|403|계좌를 바꿀 수 없습니다.|The account cannot be changed.
DUPLICATED_CASH_RECEIPT|400|이미 발급된 현금영수증입니다.|The cash receipt was already issued.
INVALID_CASH_RECEIPT_INFO|400|현금영수증 정보가 올바르지 않습니다.|The cash receipt details are not valid.
INVALID_BUSINESS_NUMBER|400|사업자번호가 올바르지 않습니다.|The business number is not valid.
`;
