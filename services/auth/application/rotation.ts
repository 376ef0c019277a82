import type { CommandContext } from "../../../mixins/actor/port.ts";
import type { AuthPorts, Secrets } from "./ports.ts";

const BATCH_MAX = 100;
/** Batches of one run; the next run goes on. */
const BATCHES_MAX = 1_000;

/** Finds users by the master key that wraps their data key. */
export type WrappedBy = (
	masterKeyId: string,
	limit: number,
) => Promise<readonly { userId: string; secrets: Secrets }[]>;

/** Wraps the data keys of old master keys anew; answers how many. Readers are never disturbed: both keys open meanwhile. */
export async function rewrapOld(
	{ accounts, vault }: Pick<AuthPorts, "accounts" | "vault">,
	wrappedBy: WrappedBy,
	oldKeyIds: readonly string[],
	context: CommandContext,
): Promise<number> {
	let count = 0;
	for (const keyId of oldKeyIds) {
		for (let batch = 0; batch < BATCHES_MAX; batch++) {
			const found = await wrappedBy(keyId, BATCH_MAX);
			await Promise.all(
				found.map(({ userId, secrets: { wrappedKey } }) =>
					accounts.change(userId, context, null, (current) =>
						current?.wrappedKey === wrappedKey ? { ...current, wrappedKey: vault.rewrap(userId, wrappedKey) } : current,
					),
				),
			);
			count += found.length;
			if (found.length < BATCH_MAX) break;
		}
	}
	return count;
}
