import { startPlatform } from "../support/broker.ts";
import { createPublisher } from "../support/envelopes.ts";
import { takePictures, WIDE } from "../support/pictures.ts";
import { System } from "../support/system.ts";
import { logIn, textOf } from "../support/visitor.ts";
import { visits } from "../support/visits.ts";

const MINUTE_MS = 60_000;

const visit = visits({ viewport: WIDE });

/** A log collector that takes nothing: it leaves these subjects' events dead in the folder, for the one that comes after it. */
async function leaveDead(dataDir: string, subjects: readonly string[]): Promise<void> {
	const refusing = {
		name: "logging",
		events: {
			"**": {
				group: "logging",
				from: "beginning",
				batch: 256,
				handler: () => Promise.reject(new Error("No room left <b>here</b>")),
			},
		},
	};
	const platform = await startPlatform({ services: [refusing], dataDir, clock: "virtual" });
	await createPublisher(platform.runtime.store)(subjects.map((subject) => ({ subject })));
	const dead = async () => (await platform.runtime.bus.status())[0]?.dead ?? 0;
	for (let minute = 0; minute < 60 && (await dead()) < subjects.length; minute++) await platform.advance(MINUTE_MS);
	await platform.stop();
}

describe("the operators' pages", () => {
	const system = new System({ NODE_ENV: "development" });
	beforeAll(async () => {
		await leaveDead(system.dataDir, ["T_REPLAYED", "T_SKIPPED"]);
		await system.start();
	}, 60_000);
	afterAll(async () => {
		await system.end();
	});

	it("let an operator replay one dead event and give up another", async () => {
		const { page, complaints } = await visit(`${system.url}/ops`);
		await page.waitForSelector("#login-dialog");
		await logIn(page, "admin", "admin");
		const row = (subject: string) => page.locator(`#parked tr[data-key="logging:thing:${subject}:1"]`);
		const [replayed, skipped] = [row("T_REPLAYED"), row("T_SKIPPED")];
		await replayed.waitFor();
		await skipped.waitFor();
		expect(await skipped.innerText()).toContain("No room left <b>here</b>");
		expect(await textOf(page, "#bus tr[data-key=logging] td:last-child")).toBe("2");
		await takePictures(page, "35-ops-parked", "#parked");

		await replayed.getByRole("button", { name: "다시 시도" }).click();
		await page.waitForSelector("#ops-notice:has-text('다시 전달을 요청했습니다')");
		await replayed.waitFor({ state: "detached" });
		expect(await skipped.count()).toBe(1);

		await skipped.getByRole("button", { name: "건너뛰기" }).click();
		await page.waitForSelector("#confirm-dialog[open]");
		await page.keyboard.press("Escape");
		await page.waitForSelector("#confirm-dialog", { state: "hidden" });
		expect(await skipped.count()).toBe(1);
		await skipped.getByRole("button", { name: "건너뛰기" }).click();
		await page.click("#confirm-form [type=submit]");
		await page.waitForSelector("#ops-notice:has-text('건너뛰었습니다')");
		await page.waitForSelector("#parked:has-text('보류된 이벤트가 없습니다')");
		expect(await textOf(page, "#bus tr[data-key=logging] td:last-child")).toBe("0");

		const traceOf = async (subject: string) =>
			(await system.platform.ask("GET", `/api/logs/events/trace/correlation-${subject}`))?.body as unknown;
		expect(await traceOf("T_REPLAYED")).toMatchObject([{ eventId: "thing:T_REPLAYED:1" }]);
		expect(await traceOf("T_SKIPPED")).toEqual([]);
		expect(complaints).toEqual([]);
	}, 60_000);

	it("show what runs, hold a breaker, and browse documents without showing anybody's data", async () => {
		const token = await system.login();
		const { orderId } = await system.purchase(token);
		const { page, complaints } = await visit(`${system.url}/ops`);
		await page.waitForSelector("#login-dialog");
		await logIn(page, "admin", "admin");
		await page.waitForSelector("#nodes .grid:has-text('이 노드')");
		for (const [part, words] of Object.entries({
			services: "payment",
			breakers: "toss.confirm",
			bus: "logging",
			parked: "보류된 이벤트가 없습니다",
			jobs: "마지막 실행",
		}))
			await page.waitForSelector(`#${part}:has-text("${words}")`);
		await page.click("#services summary:has-text('payment')");
		await page.waitForSelector("#services details[open] code:text-is('payment.confirm')");

		const row = "#breakers tr[data-key^='toss.lookup ']";
		await page.click(`${row} [data-wish=OPEN]`);
		await page.waitForSelector("#confirm-dialog:has-text('toss.lookup 호출을 모두 거절합니다')");
		await page.click("#confirm-form [type=submit]");
		await page.waitForSelector(`${row}:has-text('열어 둠')`);
		expect(await textOf(page, "#ops-notice")).toBe("차단기를 바꾸었습니다.");
		await takePictures(page, "33-ops", "#content");
		await page.click(`${row} [data-wish=AUTO]`);
		await page.click("#confirm-form [type=submit]");
		await page.waitForSelector(`${row} [data-wish=AUTO][aria-pressed=true]`);

		await page.click("a[href='/ops/data']");
		await page.selectOption("#data-kind", "order");
		await page.click(`#documents button:has-text("${orderId}")`);
		await page.waitForSelector("#document pre:has-text('CONFIRMED')");
		expect(await textOf(page, "#document")).not.toContain("시험 상품");
		await page.click("#document .events summary:has-text('order.created')");
		await page.waitForSelector("#document details[open] pre:has-text('orderId')");
		await takePictures(page, "34-ops-data", "#document");
		await page.selectOption("#data-kind", "user");
		await page.click("#documents button >> nth=0");
		await page.waitForSelector("#document pre:has-text('•••')");
		expect(await textOf(page, "#document")).not.toMatch(/@example|argon2/);
		expect(complaints).toEqual([]);
	}, 120_000);
});
