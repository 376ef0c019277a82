import type { ServiceBroker } from "moleculer";
import { breakersOf } from "../../../mixins/breakers.ts";
import { askOthers } from "../../../mixins/cluster/ask.ts";
import type { Ctx } from "../../../mixins/typed.ts";
import type { BreakerView } from "../contract.ts";
import { mergeBreakers } from "../domain/breakers.ts";
import type { Health } from "./registry.ts";

/** What the other processes say of themselves; one that is silent is left out. */
export async function healthOfOthers(ctx: Ctx, broker: ServiceBroker): Promise<readonly Health[]> {
	const name = "node.health";
	return askOthers(broker, name, (options) => ctx.call(name, undefined, options));
}

/** The breakers of all processes, each action and place once. */
export async function everyBreaker(ctx: Ctx, broker: ServiceBroker): Promise<readonly BreakerView[]> {
	const name = "node.breakers";
	const answers = await askOthers(broker, name, (options) => ctx.call(name, undefined, options));
	return mergeBreakers([breakersOf(broker).list(), ...answers.map(({ items }) => items)]);
}
