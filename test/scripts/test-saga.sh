#!/bin/sh
# The saga's two scenarios, to the end: everything, or nothing. No login for the scenarios; what they left is read as admin.
. "$(dirname "$0")/lib.sh"

title 'Saga'
login admin admin
ADMIN="$AUTH"
request GET /api/inventory/PROD-TEST-001 '' "$ADMIN"
before="$(field available)"

request POST /api/saga/test/success '{"productId":"PROD-TEST-001","productName":"테스트 상품","amount":10000,"customerEmail":"test@example.com","customerName":"홍길동"}'
is 'the happy path answers 200' 200 "$STATUS"
is 'it was a success' true "$(field success)"
is 'the saga is COMPLETED' COMPLETED "$(field sagaStatus)"
is 'its last step is COMPLETED' COMPLETED "$(field currentStep)"
saga="$(field sagaId)"

request GET "/api/saga/status/$saga"
is 'its status can be read' 200 "$STATUS"
is 'it is COMPLETED there too' COMPLETED "$(field status)"
holds 'it has a payment key' test -n "$(field paymentKey)"
case "$(field inventoryReservationId)" in '' | null) reserved=no ;; *) reserved=yes ;; esac
is 'it has a reservation' yes "$reserved"

request GET /api/inventory/PROD-TEST-001 '' "$ADMIN"
is 'one piece has left the stock' "$((before - 1))" "$(field available)"

request POST /api/saga/test/failure '{"productId":"PROD-TEST-003","productName":"재고 부족 상품","amount":20000,"customerEmail":"test2@example.com","customerName":"김철수"}' "X-Correlation-ID: SAGA_$RUN" 'Accept-Language: ko'
is 'the path without stock answers 200' 200 "$STATUS"
is 'it was a success: everything was undone' true "$(field success)"
is 'the saga is COMPENSATED' COMPENSATED "$(field sagaStatus)"
is 'the payment was the last step' PAYMENT_PROCESSED "$(field currentStep)"
holds 'the message speaks of the stock' contains '재고'
saga="$(field sagaId)"
order="$(field orderId)"

request GET "/api/saga/status/$saga"
is 'it is COMPENSATED there too' COMPENSATED "$(field status)"
is 'its reservation is null' null "$(field inventoryReservationId)"

request GET "/api/orders/$order" '' "$ADMIN"
is 'its order is CANCELLED' CANCELLED "$(field status)"
request GET "/api/payments/$order" '' "$ADMIN"
is 'its payment is CANCELLED' CANCELLED "$(field status)"
request GET /api/inventory/PROD-TEST-003 '' "$ADMIN"
is 'the stock is as it was' 0 "$(field available)"

tries=0
while :; do
	request GET "/api/logs/events/trace/SAGA_$RUN" '' "$ADMIN"
	contains '"saga.compensated"' && break
	tries=$((tries + 1))
	[ "$tries" -ge 30 ] && break
	sleep 0.5
done
for event in order.created payment.approved inventory.reservation-failed payment.cancelled order.cancelled saga.compensated; do
	holds "the trace shows $event" contains "\"$event\""
done

request POST /api/saga/test/success '{"productId":"NO-SUCH-PRODUCT","amount":10000}'
is 'an unknown product is refused' 400 "$STATUS"
request POST /api/saga/test/failure '{"productId":"PROD-TEST-001","amount":10000}'
is 'a failure that would succeed is refused' 409 "$STATUS"
request GET /api/saga/status/SAG_00000000000000000000000000
is 'an unknown saga is not found' 404 "$STATUS"
is 'and says so' SAGA_NOT_FOUND "$(field code)"
summary
