import type { Consumer } from "../../../../mixins/bus/embedded/consumer.ts";
import { Feed } from "../../../../mixins/bus/outside/feed.ts";
import { FedSeat } from "../../../../mixins/bus/outside/seat.ts";
import { envelope } from "../../../support/envelopes.ts";

const entry = (position: number) => ({ position, event: envelope({ subject: "a" }, position) });

describe("the oldest event that waits at a seat", () => {
	it("is the first that the consumer does not have behind it", () => {
		const consumer = { position: 0, wake: () => undefined };
		const seat = new FedSeat(consumer as unknown as Consumer, new Feed(0), {
			owns: () => true,
			onClosed: () => undefined,
		});
		expect(seat.oldest).toBeNull();
		seat.push([entry(1), entry(2), entry(3)]);
		expect(seat.oldest).toBe(entry(1).event.time);
		consumer.position = 2;
		seat.moved();
		expect(seat.oldest).toBe(entry(3).event.time);
		consumer.position = 3;
		seat.moved();
		expect(seat.oldest).toBeNull();
	});
});
