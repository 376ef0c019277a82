/** A Toss Twin that can be started and stopped, any number of times. */
export interface Twin {
	/** Resolves with its address when it answers; a repetition does nothing. Rejects with what kept it from starting. */
	start(): Promise<Address>;
	stop(): Promise<void>;
}

/** Where a Twin listens. */
export interface Address {
	readonly port: number;
	readonly url: string;
}

/** A Twin that runs. */
export interface Running {
	readonly address: Address;
	stop(): Promise<void>;
}

/** A Twin over `run`, which opens everything it needs. */
export function startable(run: () => Promise<Running>): Twin {
	let running: Promise<Running> | null = null;
	return {
		async start() {
			running ??= run();
			try {
				return (await running).address;
			} catch (error) {
				running = null;
				throw error;
			}
		},
		async stop() {
			const current = running;
			running = null;
			if (current !== null) await (await current).stop();
		},
	};
}
