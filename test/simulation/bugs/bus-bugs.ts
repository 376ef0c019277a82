import type { Bug } from "./bug.ts";

const GROUP = "mixins/bus/embedded/group.ts";

/** Mistakes of an event bus and of those who listen to it. */
export const busBugs: readonly Bug[] = [
	{
		name: "relay-marks-before-acknowledgement",
		what: "The bus settles an event when it hands it over, not when its handler is done.",
		checks: ["ended"],
		patches: [
			{
				file: GROUP,
				find: "else this.#attempts.start(pending.event, (failure) => this.#attempted(lane, pending, failure));",
				put: "else { this.#settle(pending); this.#attempts.start(pending.event, () => this.#rest(lane)); }",
			},
		],
		seed: 1,
	},
	{
		name: "position-moved-before-handling",
		what: "A group stores the end of the log as its position, whatever it has handled.",
		checks: ["ended"],
		patches: [
			{
				file: "mixins/bus/embedded.ts",
				find: "await this.#positions.track(subscription.group, () => group.position);",
				put: "await this.#positions.track(subscription.group, () => this.#options.log.head());",
			},
		],
		seed: 43,
	},
	{
		name: "dead-letter-swallowed",
		what: "An event whose handler fails is not parked, but passed over.",
		checks: ["ended", "in-order"],
		patches: [{ file: GROUP, find: "\t\t\tvoid this.#park(lane, pending, failure);\n\t\t\treturn;\n", put: "" }],
		seed: 1,
	},
	{
		name: "parked-subject-overtaken",
		what: "Later events of a subject are handed over while an earlier one is parked.",
		checks: ["in-order"],
		patches: [
			{
				file: GROUP,
				find: "if (lane.parked !== null || lane.tasks.length > 0) {",
				put: "if (lane.tasks.length > 0) {",
			},
		],
		seed: 21,
	},
	{
		name: "consumer-without-deduplication",
		what: "The dashboard's figures count an event as often as it is delivered.",
		checks: ["figures"],
		patches: [
			{
				file: "services/payment/infrastructure/figures.projection.ts",
				find: "known[index] === null && chosen.get(waiting.eventId) === waiting",
				put: "chosen.get(waiting.eventId) === waiting",
			},
			{
				file: "services/payment/infrastructure/figures.projection.ts",
				find: "const commands = batch.map(({ eventId }) => ({ commandId: eventId, sequence: 0 }));",
				put: "const commands: never[] = [];",
			},
		],
		seed: 8,
	},
];
