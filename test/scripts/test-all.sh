#!/bin/sh
# Starts the system on free ports and an empty folder, runs every test script against it, and stops it.
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
data="$(mktemp -d)"
log="$data/system.log"
pid=''

# family PID: a process and all that it has started; npm does not pass a signal on to them.
family() {
	printf '%s\n' "$1"
	for child in $(ps -A -o pid= -o ppid= | awk -v parent="$1" '$2 == parent { print $1 }'); do family "$child"; done
}

is_running() {
	for member in $members; do kill -0 "$member" 2>/dev/null && return 0; done
	return 1
}

stop() {
	if [ -n "$pid" ]; then
		members="$(family "$pid")"
		for member in $members; do kill -TERM "$member" 2>/dev/null; done
		tries=0
		while is_running && [ "$tries" -lt 60 ]; do
			tries=$((tries + 1))
			sleep 0.5
		done
	fi
	rm -rf "$data"
}
trap stop EXIT
trap 'exit 130' INT TERM

free_ports='const { createServer } = require("node:net"); const servers = [0, 0].map(() => createServer().listen(0, "127.0.0.1"));
setTimeout(() => { console.log(servers.map((server) => server.address().port).join(" ")); servers.forEach((server) => server.close()); }, 100);'
ports="$(node -e "$free_ports")" || exit 1
PORT="${ports% *}"
TOSS_TWIN_PORT="${ports#* }"
BASE_URL="http://127.0.0.1:$PORT"
TWIN_URL="http://127.0.0.1:$TOSS_TWIN_PORT"
export BASE_URL TWIN_URL

cd "$root" || exit 1
PORT="$PORT" TOSS_TWIN_PORT="$TOSS_TWIN_PORT" DATA_DIR="$data" RATE_LIMIT_API=off RATE_LIMIT_LOGIN=off npm start >"$log" 2>&1 &
pid=$!
tries=0
until curl -sf -m 5 -o /dev/null "$BASE_URL/ready"; do
	tries=$((tries + 1))
	if [ "$tries" -ge 120 ] || ! kill -0 "$pid" 2>/dev/null; then
		printf '❌ the system did not start\n'
		cat "$log"
		exit 1
	fi
	sleep 0.5
done

failed=''
for script in "$here"/test-*.sh; do
	[ "$script" = "$here/test-all.sh" ] && continue
	sh "$script" || failed="$failed $(basename "$script")"
done

if [ -z "$failed" ]; then
	printf '\n✅ every script passed\n'
else
	printf '\n❌ failed:%s\n' "$failed"
	exit 1
fi
