import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import { inspectionOf } from "../../mixins/store/port.ts";
import type { Broker, TypedService } from "../../mixins/typed.ts";
import { createPractice, type Practice } from "./application/practice.ts";
import { doctorErrors } from "./contract.ts";
import { createArchive } from "./infrastructure/archive.ts";
import { createDeliveries } from "./infrastructure/deliveries.ts";
import { createScratch } from "./infrastructure/scratch.ts";

interface Deps extends RuntimeDeps {
	practice: Practice;
	stopping: AbortController;
	settings: { retryDelayMs: number };
}

const RETRY_DELAY_MS = 500;
/** Turns that others get between two pages while people are waiting. */
const BUSY_TURNS = 20;
/** It takes as long as there is something to read. */
const unlimited = { visibility: "public", timeout: 0 } as const;

/** Recomputes across all services whether every won, piece, point and event is where it should be. */
const service: TypedService<"doctor", Deps> = {
	name: "doctor",
	mixins: [withRuntime(), domainErrors(doctorErrors)],
	settings: settings(),

	actions: {
		start: {
			params: { $$strict: "remove" },
			async handler() {
				return this.practice.start();
			},
		},

		examine: {
			...unlimited,
			params: { $$strict: "remove" },
			handler() {
				return this.practice.examine();
			},
		},

		read: {
			params: { $$strict: "remove" },
			handler() {
				return this.practice.read();
			},
		},
	},

	created() {
		const { store, clock, ids, pressure } = this.runtime;
		const caller: Broker = this.broker;
		const inspection = inspectionOf(store);
		this.stopping = new AbortController();
		const { signal } = this.stopping;
		this.practice = createPractice({
			caller,
			rows: inspection === null ? null : { pages: () => inspection.inspect(), total: () => inspection.inspectedRows() },
			deliveries: createDeliveries(this.runtime),
			createScratch,
			now: () => clock.now(),
			sleep: (ms) => clock.sleep(ms, signal),
			retryDelayMs: this.settings.retryDelayMs,
			pause: async () => {
				signal.throwIfAborted();
				await clock.turn();
				for (let turns = 0; turns < BUSY_TURNS && pressure.isBusy; turns++) await clock.turn();
			},
			archive: createArchive(store),
			examinationId: () => ids.next("EXM"),
			onError: (error) => this.logger.error("An examination could not be carried through.", { error: String(error) }),
		});
	},

	async stopped() {
		this.stopping.abort(new Error("the process is stopping"));
		await this.practice.settled();
	},
};

export default service;

function settings(): object {
	return { retryDelayMs: RETRY_DELAY_MS };
}
