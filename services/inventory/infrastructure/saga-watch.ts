import type { IsRunning } from "../application/ports.ts";

/** A broker as it is called for an action that not every system has. */
export interface Asker {
	call(action: string, params: object): Promise<unknown>;
}

/** Answers `{ isRunning }` for `{ sagaId }`. */
const QUESTION = "saga.isRunning";

/** A reservation without a saga stands alone; one whose saga cannot be asked is left as it is. */
export function sagaWatch(broker: Asker): IsRunning {
	return async ({ sagaId }) => {
		if (sagaId === null) return false;
		return broker.call(QUESTION, { sagaId }).then(
			(answer) => !isDenied(answer),
			() => true,
		);
	};
}

function isDenied(answer: unknown): boolean {
	return typeof answer === "object" && answer !== null && "isRunning" in answer && answer.isRunning === false;
}
