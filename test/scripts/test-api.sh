#!/bin/sh
# An order and its payment, from the cart to the confirmation.
. "$(dirname "$0")/lib.sh"

title 'Orders and payments'
login user password
is 'user logs in' 200 "$STATUS"
request POST /api/orders '{"productName":"테스트 상품","amount":1000,"customerEmail":"test@example.com"}' "$AUTH"
one_of 'an order is placed' '201 200' "$STATUS"
order="$(field orderId)"

until_field status PENDING GET "/api/payments/$order" '' "$AUTH"
is 'it has a payment' 200 "$STATUS"
is 'which is PENDING' PENDING "$(field status)"
request GET "/api/orders/$order" '' "$AUTH"
is 'the order can be read' 200 "$STATUS"
is 'its amount is 1000' 1000 "$(field amount)"

pay_in_window "$order" 1000
request POST /api/payments/confirm "{\"paymentKey\":\"$PAYMENT_KEY\",\"orderId\":\"$order\",\"amount\":100}" "$AUTH"
is 'another amount is refused' 400 "$STATUS"
is 'and says so' AMOUNT_MISMATCH "$(field code)"
request POST /api/payments/confirm "{\"paymentKey\":\"$PAYMENT_KEY\",\"orderId\":\"$order\",\"amount\":1000}" "$AUTH"
is 'the payment is confirmed' 200 "$STATUS"
is 'it is APPROVED' APPROVED "$(field status)"

until_field status CONFIRMED GET "/api/orders/$order" '' "$AUTH"
is 'the order is CONFIRMED' CONFIRMED "$(field status)"

request POST "/api/payments/$order/cancel" '{"cancelReason":"부분 취소","cancelAmount":300}' "$AUTH" "Idempotency-Key: part-$RUN"
one_of 'a part of the money goes back' '200 202' "$STATUS"
request POST "/api/payments/$order/cancel" '{"cancelReason":"부분 취소","cancelAmount":300}' "$AUTH" "Idempotency-Key: part-$RUN"
one_of 'once for the same key' '200 202' "$STATUS"
until_field cancelledAmount 300 GET "/api/payments/$order" '' "$AUTH"
is '300 won are back' 300 "$(field cancelledAmount)"
request POST "/api/orders/$order/cancel" '{"reason":"고객 변심"}' "$AUTH"
one_of 'the order is cancelled' '200 202' "$STATUS"
until_field status CANCELLED GET "/api/orders/$order" '' "$AUTH"
is 'it is CANCELLED' CANCELLED "$(field status)"
until_field cancelledAmount 1000 GET "/api/payments/$order" '' "$AUTH"
is 'all the money is back' 1000 "$(field cancelledAmount)"
summary
