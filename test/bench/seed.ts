import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadServices } from "../../deploy/scripts/services.ts";
import { POSITION_KIND } from "../../mixins/bus/embedded/positions.ts";
import { readSettings } from "../../mixins/config/settings.ts";
import { createRuntime } from "../../mixins/platform.ts";
import type { Runtime } from "../../mixins/runtime.ts";
import { orderAggregate } from "../../services/order/infrastructure/order.aggregate.ts";
import { ROOT } from "./process.ts";

const BATCH = 2_000;
const UNIT_PRICE = 10_000;
const DAY_MS = 86_400_000;

/** A data folder with `orders` stored orders whose events every consumer has behind it. */
export async function seededFolder(orders: number): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), "payflow-seed-"));
	const runtime = await createRuntime(readSettings({ DATA_DIR: folder }));
	runtime.store.define(orderAggregate);
	const startedAt = performance.now();
	for (let done = 0; done < orders; done += BATCH)
		await Promise.all(Array.from({ length: Math.min(BATCH, orders - done) }, () => createOrder(runtime)));
	await moveGroupsToHead(runtime);
	await runtime.store.close();
	console.log(`seeded ${orders} orders in ${Math.round((performance.now() - startedAt) / 1_000)} s`);
	return folder;
}

async function createOrder({ actors, clock, ids }: Runtime): Promise<void> {
	const commandId = ids.next("CMD");
	const orderId = ids.derive("ORD", commandId);
	const userId = "USR_00000000000000000000000000";
	const name = "Seeded order";
	const items = [{ productId: null, name, unitPrice: UNIT_PRICE, quantity: 1, subtotal: UNIT_PRICE }];
	const now = clock.iso();
	const expiresAt = new Date(clock.now() + DAY_MS).toISOString();
	const command = {
		type: "create",
		orderId,
		userId,
		orderName: name,
		items,
		hasContact: false,
		now,
		expiresAt,
	} as const;
	await actors.tell(orderAggregate, orderId, command, {
		commandId,
		correlationId: commandId,
		causationId: commandId,
		actor: userId,
	});
}

async function moveGroupsToHead({ store, log }: Runtime): Promise<void> {
	const services = await loadServices(ROOT, null);
	const events = services.flatMap((service) => Object.values(service.events ?? {}));
	const groups = new Set(events.flatMap((event) => groupOf(event)));
	const position = log.head();
	const commits = [...groups].map((group) => ({
		kind: POSITION_KIND,
		id: group,
		expectedVersion: 0,
		state: { group, position },
		events: [],
		commands: [],
	}));
	await store.commit(commits);
}

function groupOf(event: object): string[] {
	return "group" in event && typeof event.group === "string" ? [event.group] : [];
}
