#!/bin/sh
# What the log collector tells: of a request, of a payment, of a person. Reads as admin, so that it passes in protected mode too.
. "$(dirname "$0")/lib.sh"

title 'Logging'
CORRELATION_ID="TEST_$RUN"
login admin admin
ADMIN="$AUTH"
login user password
USER="$AUTH"
is 'user logs in' 200 "$STATUS"

order_of() {
	request POST /api/orders "{\"orderName\":\"로그 테스트 상품\",\"amount\":$1,\"customerEmail\":\"test@example.com\",\"customerName\":\"테스터\"}" "$USER" "X-Correlation-ID: $2"
	ORDER="$(field orderId)"
}

# state_is SEQUENCE STATE
state_is() {
	until_field state "$2" GET "/api/logs/payments/$ORDER/state?sequence=$1" '' "$ADMIN"
	is "after event $1 the payment was $2" "$2" "$(field state)"
}

order_of 50000 "$CORRELATION_ID"
one_of 'an order with a correlation id' '201 200' "$STATUS"
holds 'it has an id' test -n "$ORDER"
is 'the answer repeats the correlation id' "$CORRELATION_ID" "$(printf '%s\n' "$HEADERS" | sed -n 's/^[Xx]-[Cc]orrelation-[Ii][Dd]: //p' | head -n 1)"

tries=0
while :; do
	request GET "/api/logs/events/trace/$CORRELATION_ID" '' "$ADMIN"
	contains '"payment.created"' && break
	tries=$((tries + 1))
	[ "$tries" -ge 30 ] && break
	sleep 0.5
done
is 'its trace can be read' 200 "$STATUS"
holds 'with the order' contains '"order.created"'
holds 'and its payment' contains '"payment.created"'

request GET '/api/logs/dashboard/metrics?hours=24' '' "$ADMIN"
is 'figures can be read' 200 "$STATUS"
total="$(field totalEvents)"
holds 'they count events' test "${total:-0}" -ge 1
for list in hourlyEventCounts eventTypeCounts serviceSuccessRates serviceProcessingTimes; do
	holds "they have $list" contains "\"$list\":["
done

request GET '/api/logs/events/recent?limit=10' '' "$ADMIN"
is 'the newest events can be read' 200 "$STATUS"
recent="$(count '"eventId":')"
holds 'at most ten of them' test "$recent" -ge 1 -a "$recent" -le 10
times="$(printf '%s' "$BODY" | sed 's/"timestamp":/\
&/g' | sed -n 's/^"timestamp":"\([^"]*\)".*/\1/p')"
is 'newest first' "$(printf '%s\n' "$times" | sort -r)" "$times"

request GET "/api/logs/payments/$ORDER/history" '' "$ADMIN"
is "the payment's history can be read" 200 "$STATUS"
is 'its first event has number 1' 1 "$(field sequence)"
is 'it is the creation' payment.created "$(field eventType)"
is 'which made it PENDING' PENDING "$(field newState)"
request GET "/api/logs/payments/$ORDER/state" '' "$ADMIN"
is 'its state is PENDING' PENDING "$(field state)"

request GET "/api/logs/events/user/$USER_ID" '' "$ADMIN"
is "user's events can be read" 200 "$STATUS"
mine="$(count '"eventId":')"
holds 'there is one at least' test "$mine" -ge 1

pay_in_window "$ORDER" 50000
request POST /api/payments/confirm "{\"paymentKey\":\"$PAYMENT_KEY\",\"orderId\":\"$ORDER\",\"amount\":50000}" "$USER"
is 'the payment is confirmed' APPROVED "$(field status)"
state_is 1 PENDING
state_is 2 APPROVING
state_is 3 APPROVED

order_of 60000 "${CORRELATION_ID}_DECLINED"
pay_in_window "$ORDER" 60000
request POST "$TWIN_URL/twin/faults" "[{\"match\":{\"operation\":\"confirm\"},\"fault\":\"decline\",\"code\":\"REJECT_CARD_PAYMENT\",\"times\":1}]"
request POST /api/payments/confirm "{\"paymentKey\":\"$PAYMENT_KEY\",\"orderId\":\"$ORDER\",\"amount\":60000}" "$USER"
is 'a declined payment answers 402' 402 "$STATUS"
state_is 1 PENDING
state_is 2 APPROVING
state_is 3 FAILED
until_field status FAILED GET "/api/orders/$ORDER" '' "$USER"
is 'its order is FAILED' FAILED "$(field status)"
summary
