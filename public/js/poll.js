const PAUSE_MAX_MS = 60_000;

/**
 * Repeats `work` gently: never two at once, not at all in a hidden tab, and ever more slowly while it fails. `work`
 * answers the milliseconds until the next time, or null when nothing more will change. `onState` hears `live`,
 * `paused`, `trouble` and `over`.
 */
export function poll({ work, everyMs, onState = () => undefined }) {
	let timer = null;
	let isWorking = false;
	let isOver = false;
	let pauseMs = everyMs;

	function later(ms) {
		clearTimeout(timer);
		timer = setTimeout(() => void turn(), ms);
	}

	async function turn() {
		if (isOver || isWorking || document.hidden) return;
		isWorking = true;
		const next = await attempt();
		isWorking = false;
		if (isOver) return;
		if (next === null) stop();
		else if (!document.hidden) later(next);
	}

	async function attempt() {
		try {
			const next = await work();
			pauseMs = everyMs;
			if (next !== null) onState("live");
			return next;
		} catch {
			onState("trouble");
			pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2);
			return pauseMs;
		}
	}

	function seen() {
		if (isOver) return;
		if (document.hidden) {
			clearTimeout(timer);
			onState("paused");
		} else void turn();
	}

	function stop() {
		if (isOver) return;
		isOver = true;
		clearTimeout(timer);
		document.removeEventListener("visibilitychange", seen);
		onState("over");
	}

	document.addEventListener("visibilitychange", seen);
	later(everyMs);
	return { stop, now: () => later(0) };
}
