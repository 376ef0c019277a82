import type { ServiceBroker } from "moleculer";
import { askEvery } from "../../../mixins/cluster/ask.ts";
import type { Bus, GroupStatus } from "../../../mixins/bus/port.ts";
import type { Ctx } from "../../../mixins/typed.ts";
import type { ParkedView } from "../contract.ts";

/** Consumer groups of the whole platform, wherever they run. */
export interface Processes {
	bus(ctx: Ctx): Promise<readonly GroupStatus[]>;
	parked(ctx: Ctx, group: string, limit: number): Promise<readonly ParkedView[]>;
	/** False if no process has such an event. */
	replay(ctx: Ctx, parkedId: string): Promise<boolean>;
	skip(ctx: Ctx, parkedId: string): Promise<boolean>;
}

/** The groups of this process, the only one there is. */
export function oneProcess(bus: Bus): Processes {
	return {
		bus: () => bus.status(),
		async parked(_ctx, group, limit) {
			const parked = await bus.parked(group, limit);
			return parked.map(({ event, ...rest }) => ({
				...rest,
				eventId: event.id,
				eventType: event.type,
				time: event.time,
			}));
		},
		replay: (_ctx, parkedId) => bus.replay(parkedId),
		skip: (_ctx, parkedId) => bus.skip(parkedId),
	};
}

/** The groups of all processes of a cluster. */
export function allProcesses(broker: Pick<ServiceBroker, "registry">): Processes {
	return {
		async bus(ctx) {
			const answers = await askEvery(broker, "node.bus", (options) => ctx.call("node.bus", undefined, options));
			return mergeStatuses(answers.map(({ items }) => items));
		},
		async parked(ctx, group, limit) {
			const params = { group, limit };
			const answers = await askEvery(broker, "node.parked", (options) => ctx.call("node.parked", params, options));
			return mergeParked(answers.map(({ items }) => items)).slice(0, limit);
		},
		async replay(ctx, parkedId) {
			const name = "node.replayParked";
			const answers = await askEvery(broker, name, (options) => ctx.call(name, { parkedId }, options));
			return answers.some(({ isDone }) => isDone);
		},
		async skip(ctx, parkedId) {
			const name = "node.skipParked";
			const answers = await askEvery(broker, name, (options) => ctx.call(name, { parkedId }, options));
			return answers.some(({ isDone }) => isDone);
		},
	};
}

/** Each group once: its place in the log is the same seen from anywhere, what it has parked is spread over its processes. */
export function mergeStatuses(lists: readonly (readonly GroupStatus[])[]): readonly GroupStatus[] {
	const merged = new Map<string, GroupStatus>();
	for (const status of lists.flat()) {
		const known = merged.get(status.group);
		merged.set(status.group, known === undefined ? status : together(known, status));
	}
	return [...merged.values()].toSorted((a, b) => (a.group < b.group ? -1 : 1));
}

/** The processes read the log at slightly different moments: the later reading counts. */
function together(a: GroupStatus, b: GroupStatus): GroupStatus {
	const { position, lag } = b.position > a.position ? b : a;
	return { group: a.group, position, lag, parked: a.parked + b.parked, dead: a.dead + b.dead };
}

/** Each event once, oldest first. */
export function mergeParked(lists: readonly (readonly ParkedView[])[]): readonly ParkedView[] {
	const byId = new Map(lists.flat().map((parked) => [parked.id, parked]));
	return [...byId.values()].toSorted((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
}
