// Exit code 0 when the process of this container can serve. Plain JavaScript: it runs every few seconds.
const port = process.env.METRICS_PORT || process.env.PORT || "8080";
const url = process.argv[2] ?? `http://127.0.0.1:${port}/ready`;
try {
	const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) });
	process.exit(answer.ok ? 0 : 1);
} catch {
	process.exit(1);
}
