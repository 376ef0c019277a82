#!/bin/sh
# Buys while the event log is away. AWAY and BACK are the commands that take it away and bring it back; nothing else is restarted.
. "$(dirname "$0")/lib.sh"
: "${AWAY:?the command that takes the event log away}" "${BACK:?the command that brings it back}"

title 'A purchase while the event log is away'
login user password
is 'user logs in' 200 "$STATUS"
holds 'the log goes away' sh -c "$AWAY"
request POST /api/orders '{"productName":"테스트 상품","amount":1000}' "$AUTH"
one_of 'an order is placed' '201 200' "$STATUS"
order="$(field orderId)"
pay_in_window "$order" 1000
request POST /api/payments/confirm "{\"paymentKey\":\"$PAYMENT_KEY\",\"orderId\":\"$order\",\"amount\":1000}" "$AUTH"
one_of 'it is paid' '200 202' "$STATUS"
until_field status APPROVED GET "/api/payments/$order" '' "$AUTH"
is 'the payment is APPROVED' APPROVED "$(field status)"
request GET "/api/orders/$order" '' "$AUTH"
is 'the order has not heard of it' PENDING "$(field status)"

holds 'the log comes back' sh -c "$BACK"
for _ in 1 2 3 4; do
	until_field status CONFIRMED GET "/api/orders/$order" '' "$AUTH"
	[ "$(field status)" = CONFIRMED ] && break
done
is 'the order is CONFIRMED' CONFIRMED "$(field status)"
request GET "/api/payments/$order" '' "$AUTH"
is 'for the money paid once' 1000 "$(field amount)"
login admin admin
request GET /api/admin/bus '' "$AUTH"
is 'the groups can be read' 200 "$STATUS"
dead="$(printf '%s' "$BODY" | grep -c '"dead":[1-9]')"
is 'no event was given up' 0 "$dead"
summary
