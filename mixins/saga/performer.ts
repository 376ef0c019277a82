import type { Clock } from "../clock/port.ts";
import { asCommand, type Caller } from "../typed.ts";
import { answered, failed, type Answer } from "./answers.ts";
import type { BegunCall, RunningSaga } from "./model.ts";
import { commandIdFor } from "./next.ts";
import type { PlannedCall, SagaPlan } from "./plan.ts";

/** Makes the calls of a saga's steps. */
export interface Performer<Input extends object> {
	/** What the call came to within its time; null when the process is stopping. Never rejects for the callee's sake. */
	ask(state: RunningSaga<Input>, begun: BegunCall, causationId: string): Promise<Answer | null>;
}

/** The caller makes the calls, the clock ends them. */
export function createPerformer<Input extends object>(
	plan: SagaPlan<Input>,
	{ caller, clock }: { readonly caller: Caller; readonly clock: Clock },
	stopping: AbortSignal,
): Performer<Input> {
	async function send(
		{ sagaId, input, facts, correlationId, errorCode }: RunningSaga<Input>,
		{ step, direction, round }: BegunCall,
		call: PlannedCall<Input>,
		causationId: string,
	): Promise<Answer> {
		try {
			const params = call.paramsOf(input, facts, commandIdFor(sagaId, step, "forward"), errorCode ?? "");
			const meta = { correlationId, causationId, actor: "SYSTEM" };
			const named = asCommand(commandIdFor(sagaId, step, direction, round));
			const options = { ...named, meta, timeout: call.timeoutMs };
			// The definition has held params to the action; here the action is any.
			return answered(call, await caller.call(call.action, params as never, options));
		} catch (error) {
			return failed(call, error);
		}
	}

	return {
		async ask(state, begun, causationId) {
			const call = plan.steps.find(({ name }) => name === begun.step)?.[begun.direction] ?? null;
			if (call === null) throw new Error(`${plan.name} has no ${begun.direction} of ${begun.step}`);
			if (stopping.aborted) return null;
			return new Promise((resolve) => {
				const end = (answer: Answer | null): void => {
					timer.cancel();
					stopping.removeEventListener("abort", leave);
					resolve(answer);
				};
				const leave = (): void => end(null);
				const timer = clock.after(call.timeoutMs, () => end({ type: "miss", errorCode: "TIMEOUT" }));
				stopping.addEventListener("abort", leave);
				void send(state, begun, call, causationId).then(end);
			});
		},
	};
}
