import type { Runtime } from "../../../mixins/runtime.ts";
import { isDomainError } from "../../shared/errors.ts";
import type { SeedStock } from "../domain/seed.ts";
import { createShelf } from "./shelf.ts";

/** Gives every product of `seed` its stock, once for ever; what has changed since stays changed. */
export async function seedStock(runtime: Runtime, seed: readonly SeedStock[]): Promise<void> {
	await Promise.all(seed.map((product) => seedOne(runtime, product)));
}

async function seedOne(runtime: Runtime, { productId, productName, quantity }: SeedStock): Promise<void> {
	const commandId = `seed:${productId}`;
	const shelf = createShelf(runtime, { commandId, correlationId: commandId, causationId: commandId, actor: "SYSTEM" });
	// Nearly every start finds it there: then nothing is decided.
	if ((await shelf.eventOf(productId, commandId)) !== null) return;
	const command = { type: "create", productId, productName, quantity, now: runtime.clock.iso() } as const;
	await shelf.tell(productId, commandId, command).catch((error: unknown) => {
		if (!isDomainError(error) || error.code !== "PRODUCT_EXISTS") throw error;
	});
}
