import { seededRandom } from "../../support/hostile/random.ts";
import { startClinic, type Clinic } from "./bed.ts";
import { BOOK_CORRUPTIONS, CORRUPTIONS, pictureOf, restore } from "./corruptions.ts";

const GOODS = "PROD-TEST-001";
const OTHER_GOODS = "PROD-TEST-002";
const SOLD_OUT = "PROD-TEST-003";
const BUYERS = ["USR_HONG", "USR_KIM", "USR_LEE"].map((userId) => ({ userId, roles: ["ROLE_USER"] }));
const TRIALS_EACH = 3;

let clinic: Clinic;
let picture: ReturnType<typeof pictureOf>;

beforeAll(async () => {
	clinic = await startClinic();
	for (const buyer of BUYERS) {
		await clinic.buy(GOODS, 2, buyer);
		await clinic.buy(OTHER_GOODS, 1, buyer);
	}
	await clinic.buy(SOLD_OUT);
	const [whole, part] = [await clinic.buy(GOODS, 3), await clinic.buy(GOODS, 5)];
	await clinic.shop.calm();
	await clinic.refund(whole);
	await clinic.refund(part, 12_345);
	await clinic.order(GOODS);
	await clinic.shop.calm();
	picture = clinic.onFile(pictureOf);
}, 30_000);
afterAll(() => clinic.stop());

describe("a consistent platform", () => {
	it("is called so", async () => {
		expect(await clinic.examine()).toMatchObject({ status: "CONSISTENT", differences: [] });
	});
});

describe("one thing spoilt in the data file", () => {
	const trials = Object.keys(CORRUPTIONS).flatMap((name) =>
		Array.from({ length: TRIALS_EACH }, (_, trial) => ({ name, trial })),
	);

	it("is tried often enough", () => {
		expect(trials.length + Object.keys(BOOK_CORRUPTIONS).length).toBeGreaterThanOrEqual(100);
	});

	it.each(Object.entries(CORRUPTIONS))("is found in one examination: %s", async (name, corrupt) => {
		for (let trial = 0; trial < TRIALS_EACH; trial++) {
			const random = seededRandom(1_000 * trial + name.length);
			const what = clinic.onFile((db) => corrupt(db, (limit) => random.below(limit)));
			const { status, differenceCount } = await clinic.examine();
			clinic.onFile((db) => restore(db, picture));
			expect({ trial, what, status, isFound: differenceCount > 0 }).toEqual({
				trial,
				what,
				status: "DIFFERENT",
				isFound: true,
			});
		}
	});

	it("leaves nothing behind once it is mended", async () => {
		expect(await clinic.examine()).toMatchObject({ status: "CONSISTENT", differences: [] });
	});
});

describe("one thing spoilt in the provider's books", () => {
	it.each(Object.entries(BOOK_CORRUPTIONS))("is found in one examination: %s", async (_name, sql) => {
		let rows: ReturnType<typeof pictureOf> = new Map();
		await clinic.onBooks((db) => {
			rows = pictureOf(db);
			db.exec(sql);
		});
		const examination = await clinic.examine();
		await clinic.onBooks((db) => restore(db, rows));
		expect(examination.status).toBe("DIFFERENT");
		expect(examination.differences.map(({ kind }) => kind)).toEqual(
			expect.arrayContaining([expect.stringMatching(/^(provider|order-missing)/)]),
		);
	});
});
