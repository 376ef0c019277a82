import { patiently, untilInTime } from "../../patience.ts";
import { type Bed, many, poison, started } from "./consumers.ts";

/** What happens while the store does not take writes. */
export function outageSpecification(bed: Bed): void {
	it("stops in an outage too", async () => {
		const { recorder } = poison(1);
		const bus = await started(bed(), recorder.subscription());
		bed().refuseWrites(true);
		await bed().publish(many("bad", 1));
		await untilInTime(bed().clock, () => recorder.seen.length > 0);
		await patiently(bed().clock, bus.stop());
		await expect(bus.drained()).rejects.toThrow("stopping");
	});
}
