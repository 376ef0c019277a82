import { createHash, randomBytes } from "node:crypto";
import { createIds } from "../../../services/shared/ids.ts";

const hash = (text: string) => createHash("sha256").update(text).digest();
let now = Date.parse("2030-01-07T00:00:00.000Z");
const ids = createIds(() => now, randomBytes, hash);

describe("ids", () => {
	it("have a prefix and 26 letters and digits that cannot be misread", () => {
		for (let count = 0; count < 200; count++) expect(ids.next("ORD")).toMatch(/^ORD_[0-9A-HJKMNP-TV-Z]{26}$/);
	});

	it("are ordered by the time of their making", () => {
		const made: string[] = [];
		for (let step = 0; step < 500; step++) {
			now += 1 + (step % 7) * 100_000;
			made.push(ids.next("PAY"));
		}
		expect(made.toSorted()).toEqual(made);
	});

	it("are never the same twice, also within a millisecond", () => {
		expect(new Set(Array.from({ length: 10_000 }, () => ids.next("CMD"))).size).toBe(10_000);
	});

	it("replay from the same sources", () => {
		const seeded = () =>
			createIds(
				() => 0,
				(size) => new Uint8Array(size).fill(7),
				hash,
			).next("ORD");
		expect(seeded()).toBe(seeded());
	});

	it("belong to a command when derived: the same for every repeat, with the command's time", () => {
		const command = ids.next("CMD");
		expect(ids.derive("ORD", command)).toBe(`ORD_${command.slice(4)}`);
		expect(ids.derive("ORD", "order:ORD_1:2:create")).toBe(ids.derive("ORD", "order:ORD_1:2:create"));
		expect(ids.derive("ORD", "order:ORD_1:2:create")).toMatch(/^ORD_[0-9A-HJKMNP-TV-Z]{26}$/);
		expect(ids.derive("ORD", "a")).not.toBe(ids.derive("ORD", "b"));
		expect(ids.derive("PAY", "a").slice(4)).toBe(ids.derive("ORD", "a").slice(4));
	});
});
