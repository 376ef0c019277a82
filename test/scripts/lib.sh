# Shared by the test scripts: one request at a time, what it answered, and a count of what was not as it should be.
# POSIX sh and curl. BASE_URL is the platform, TWIN_URL the Toss Twin (default: the next port).

BASE_URL="${BASE_URL:-http://localhost:8080}"
BASE_URL="${BASE_URL%/}"
port="${BASE_URL##*:}"
case "$port" in
	'' | *[!0-9]*) TWIN_URL="${TWIN_URL:-}" ;;
	*) TWIN_URL="${TWIN_URL:-${BASE_URL%:*}:$((port + 1))}" ;;
esac

STEPS=0
FAILURES=0
STATUS=000
BODY=''
HEADERS=''
# Unique for this run, so that it can be run again on the same data.
RUN="$(date +%s)$$"

ANSWER_FILE="$(mktemp)"
HEADER_FILE="$(mktemp)"
trap 'rm -f "$ANSWER_FILE" "$HEADER_FILE"' EXIT
trap 'exit 130' INT TERM

# request METHOD URL-OR-PATH [BODY] [HEADER…]: sets STATUS, BODY and HEADERS.
request() {
	method="$1"
	case "$2" in
		http://* | https://*) url="$2" ;;
		*) url="$BASE_URL$2" ;;
	esac
	body="${3:-}"
	shift 2
	[ $# -gt 0 ] && shift
	: >"$ANSWER_FILE"
	: >"$HEADER_FILE"
	set -- -s -o "$ANSWER_FILE" -D "$HEADER_FILE" -w '%{http_code}' -m 60 -X "$method" "$url" -- "$@"
	arguments=''
	headers=''
	# Everything behind the two dashes is a header.
	while [ "$1" != '--' ]; do
		arguments="$arguments '$(quoted "$1")'"
		shift
	done
	shift
	for header in "$@"; do headers="$headers -H '$(quoted "$header")'"; done
	[ -n "$body" ] && headers="$headers -H 'Content-Type: application/json' --data-binary '$(quoted "$body")'"
	STATUS="$(eval "curl $arguments $headers")" || STATUS="${STATUS:-000}"
	BODY="$(cat "$ANSWER_FILE")"
	HEADERS="$(tr -d '\r' <"$HEADER_FILE")"
}

quoted() {
	printf '%s' "$1" | sed "s/'/'\\\\''/g"
}

# field NAME [JSON]: the first value of that name, without its quotes.
field() {
	printf '%s' "${2:-$BODY}" | sed 's/"'"$1"'":/\
&/' | sed -n 's/^"'"$1"'":"\([^"]*\)".*/\1/p; s/^"'"$1"'":\([^",}][^,}]*\).*/\1/p' | head -n 1
}

# count TEXT: how often it stands in the answer.
count() {
	printf '%s' "$BODY" | awk -v text="$1" '{ rest = $0; while ((at = index(rest, text)) > 0) { found++; rest = substr(rest, at + length(text)) } } END { print found + 0 }'
}

title() {
	printf '\n%s  (%s)\n' "$1" "$BASE_URL"
}

# is DESCRIPTION WANTED GOT
is() {
	STEPS=$((STEPS + 1))
	if [ "$2" = "$3" ]; then
		printf '✅ %s\n' "$1"
	else
		FAILURES=$((FAILURES + 1))
		printf '❌ %s: wanted "%s", got "%s"\n' "$1" "$2" "$3"
		printf '   last answer: %s %.300s\n' "$STATUS" "$BODY"
	fi
}

# one_of DESCRIPTION "WANTED WANTED…" GOT
one_of() {
	for wanted in $2; do
		if [ "$wanted" = "$3" ]; then
			is "$1" "$wanted" "$3"
			return
		fi
	done
	is "$1" "one of $2" "$3"
}

# holds DESCRIPTION COMMAND…: the command succeeds.
holds() {
	description="$1"
	shift
	if "$@" >/dev/null 2>&1; then is "$description" yes yes; else is "$description" yes no; fi
}

contains() {
	case "$BODY" in *"$1"*) return 0 ;; *) return 1 ;; esac
}

# until_field NAME WANTED METHOD PATH [BODY] [HEADER…]: asks for at most 15 seconds.
until_field() {
	name="$1"
	wanted="$2"
	shift 2
	tries=0
	while :; do
		request "$@"
		[ "$(field "$name")" = "$wanted" ] && return 0
		tries=$((tries + 1))
		[ "$tries" -ge 30 ] && return 0
		sleep 0.5
	done
}

# login USERNAME PASSWORD: sets TOKEN, the header AUTH and USER_ID.
login() {
	request POST /api/auth/login "{\"username\":\"$1\",\"password\":\"$2\"}"
	TOKEN="$(field accessToken)"
	USER_ID="$(field userId)"
	AUTH="Authorization: Bearer $TOKEN"
}

# pay_in_window ORDER AMOUNT: the buyer agrees in the provider's window; sets PAYMENT_KEY.
pay_in_window() {
	request POST "$TWIN_URL/twin/sessions" "{\"orderId\":\"$1\",\"amount\":$2,\"orderName\":\"테스트 상품\"}"
	request POST "$TWIN_URL/twin/sessions/$(field sessionId)/approve" '{}'
	PAYMENT_KEY="$(field paymentKey)"
}

# summary: the exit code of the script.
summary() {
	printf '%s steps, %s failed\n' "$STEPS" "$FAILURES"
	[ "$FAILURES" -eq 0 ] || exit 1
}
