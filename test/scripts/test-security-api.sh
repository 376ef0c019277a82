#!/bin/sh
# Accounts, tokens and roles: who may do what.
. "$(dirname "$0")/lib.sh"

title 'Security'
request POST /api/auth/signup '{"username":"testuser","password":"test1234","email":"testuser@example.com"}'
one_of 'sign-up of testuser (409 when it has run before)' '201 409' "$STATUS"
request POST /api/auth/signup '{"username":"testuser","password":"test1234","email":"testuser@example.com"}'
is 'a second sign-up is refused' 409 "$STATUS"

login user password
USER="$AUTH"
is 'user logs in' 200 "$STATUS"
holds 'user has an access token' test -n "$TOKEN"
is 'the token is a bearer token' Bearer "$(field tokenType)"
is 'it is of user' user "$(field username)"

login admin admin
ADMIN="$AUTH"
is 'admin logs in' 200 "$STATUS"

request GET /api/user/profile '' "$USER"
is 'user reads the profile' 200 "$STATUS"
is 'it is of user' user "$(field username)"
holds 'with the role ROLE_USER' contains 'ROLE_USER'

request POST /api/orders '{"productName":"테스트 상품","amount":10000}' "$USER"
one_of 'user places an order' '201 200' "$STATUS"
order="$(field orderId)"
holds 'it has an id' test -n "$order"
is 'it is PENDING' PENDING "$(field status)"

request GET "/api/orders/$order" '' "$USER"
is 'user reads the order' 200 "$STATUS"
is 'it is the same' "$order" "$(field orderId)"

request GET /api/admin/dashboard '' "$ADMIN"
is 'admin reads the dashboard' 200 "$STATUS"
is 'it is for administrators' ADMIN_ONLY "$(field access)"
request GET /api/admin/dashboard '' "$USER"
is 'user does not' 403 "$STATUS"
request GET "/api/orders/$order"
is 'nobody reads an order without a token' 401 "$STATUS"

request POST /api/auth/login '{"username":"user","password":"wrong password"}'
is 'a wrong password is refused' 401 "$STATUS"
request GET /api/user/profile '' 'Authorization: Bearer not.a.token'
is 'a token that is none is refused' 401 "$STATUS"

login testuser test1234
is 'testuser logs in' 200 "$STATUS"
request GET "/api/orders/$order" '' "$AUTH"
is "somebody else's order does not exist" 404 "$STATUS"
summary
