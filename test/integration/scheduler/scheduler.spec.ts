import type { Service, ServiceSchema } from "moleculer";
import { scheduler, type JobRun, type SchedulerDeps } from "../../../mixins/scheduler.mixin.ts";
import { startPlatform, type TestPlatform } from "../../support/broker.ts";
import { gate, turns, until } from "../../support/patience.ts";

let platform: TestPlatform;

afterEach(() => platform.stop());

function serviceOf(schema: Partial<ServiceSchema>): ServiceSchema {
	return { name: "keeper", mixins: [schema] } as ServiceSchema;
}

async function start(schema: ServiceSchema): Promise<Service & SchedulerDeps> {
	platform = await startPlatform({ services: [schema], clock: "virtual" });
	return platform.broker.getLocalService("keeper") as unknown as Service & SchedulerDeps;
}

describe("a service with jobs", () => {
	it("runs methods and functions at their times, with the service as `this`", async () => {
		const seen: string[] = [];
		const mixed = scheduler({
			jobs: {
				sweep: { everyMs: 60_000, run: "sweep" },
				close: {
					cron: "0 15 * * *",
					period: (now) => new Date(now).toISOString().slice(0, 10),
					async run(run) {
						seen.push(`${this.name} closes ${run.period ?? ""}`);
					},
				},
			},
		});
		const service = await start({
			...serviceOf(mixed),
			methods: {
				async sweep(run: JobRun) {
					seen.push(`sweep ${run.token}`);
				},
			},
		});
		await platform.advance(3 * 60_000);
		expect(seen).toEqual(["sweep 1", "sweep 2", "sweep 3"]);
		seen.length = 0;
		await platform.advance(86_400_000);
		expect(seen.filter((line) => line.startsWith("keeper"))).toEqual(["keeper closes 2030-01-07"]);
		expect(await service.runJob("close")).toBe("done");
		expect(await service.runJob("close")).toBe("slotted");
	});

	it("tells how its jobs went", async () => {
		const service = await start(
			serviceOf(
				scheduler({
					jobs: {
						sweep: { everyMs: 1_000, run: () => Promise.reject(new Error("nothing works")) },
						never: { everyMs: 86_400_000, run: async () => undefined },
					},
				}),
			),
		);
		await platform.advance(1_000);
		expect(await service.runJob("sweep")).toBe("failed");
		const [state, ...others] = await service.jobStates();
		expect(others).toEqual([]);
		expect(state).toMatchObject({ job: "keeper.sweep", lastError: "Error: nothing works" });
		await expect(service.runJob("unknown")).rejects.toThrow("keeper has no job unknown");
	});

	it("waits for a running job when it stops", async () => {
		const door = gate();
		let state = "waiting";
		const run = async (): Promise<void> => {
			state = "running";
			await door.passed;
			state = "finished";
		};
		await start(serviceOf(scheduler({ jobs: { sweep: { everyMs: 1_000, run } } })));
		await platform.advance(1_000);
		await until(() => state === "running");
		const stopped = platform.stop();
		await turns(10);
		expect(state).toBe("running");
		door.open();
		await stopped;
		expect(state).toBe("finished");
	});

	it.each([
		{ situation: "a method that is not there", job: { everyMs: 1_000, run: "nowhere" }, message: "names no method" },
		{ situation: "no rhythm at all", job: { cron: "whenever", run: async () => undefined }, message: "no cron rule" },
	])("refuses to start with $situation", async ({ job, message }) => {
		await expect(start(serviceOf(scheduler({ jobs: { broken: job } })))).rejects.toThrow(message);
		platform = await startPlatform({ services: [] });
	});
});
