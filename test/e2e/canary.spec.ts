import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { jsonRequest } from "../support/hostile-requests.ts";
import { tell, type Told } from "../support/raw-http.ts";
import { System, type Facts } from "../support/system.ts";

/** Values that occur nowhere else; each must stay where it was put. */
const CANARIES = {
	email: "kanarienvogel-7391@example.com",
	name: "카나리아꾀꼬리",
	phone: "010-7391-8264",
	password: "canary-password-5527-xyzzy",
	orderEmail: "second-canary-4418@example.org",
	orderName: "두번째카나리아",
	newPhone: "010-5527-9913",
	erasedEmail: "erased-canary-8853@example.net",
	erasedName: "지워진카나리아",
} as const;
/** What the event log is for; if this is not found, the search is broken. */
const WITNESS = "카나리아의 새장";
const AMOUNT = 10_000;
const MINUTES = 60_000;

/** The forms a value could hide in without being encrypted. */
function formsOf(value: string): Buffer[] {
	const bytes = Buffer.from(value);
	const escaped = JSON.stringify(value)
		.slice(1, -1)
		.replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
	const texts = [
		value,
		value.toLowerCase(),
		escaped,
		encodeURIComponent(value),
		bytes.toString("hex"),
		value.replaceAll("-", ""),
	];
	// Base64 of a value inside a longer text depends on where it begins: three shifts, without the letters the neighbours touch.
	const shifted = [0, 1, 2].map((shift) =>
		Buffer.concat([Buffer.alloc(shift), bytes])
			.toString("base64")
			.slice(shift === 0 ? 0 : 4, -4),
	);
	return [...texts, ...shifted].map((text) => Buffer.from(text)).concat(Buffer.from(value, "utf16le"));
}

describe("personal data that went through every flow", () => {
	const system = new System({ NODE_ENV: "development", LOG_LEVEL: "debug", CLOCK: "virtual" });
	const refusals: string[] = [];
	const correlationIds: string[] = [];
	const tokens: string[] = [];
	let admin: string;
	let orderIds: string[];

	beforeAll(async () => {
		await system.start();
		admin = await system.login("admin", "admin");
		orderIds = [...(await liveAndPay()), await letExpire()];
		await eraseSomebody();
		admin = await system.login("admin", "admin");
	}, 60_000);
	afterAll(() => system.end());

	/** Asks under a correlation id of its own; what is refused is kept for the search. */
	async function ask(method: string, path: string, body?: Facts, token?: string): Promise<Told & { body: Facts }> {
		const id = `canary-${correlationIds.length}`;
		correlationIds.push(id);
		const request = jsonRequest(method, body === undefined ? { path } : { path, body });
		const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
		const headers = { ...request.headers, ...authorization, "x-correlation-id": id, "idempotency-key": `key-${id}` };
		const told = await tell(system.url, { ...request, headers });
		// The address stands in the refusal as the client wrote it.
		if (told.status >= 400) refusals.push(told.text.replace(/"instance":"[^"]*"/, ""));
		return { ...told, body: told.text.startsWith("{") ? (JSON.parse(told.text) as Facts) : {} };
	}

	async function signUpAndIn(username: string, email: string, name: string): Promise<string> {
		const { phone, password } = CANARIES;
		const account = { username, email, name, phoneNumber: phone, password };
		expect((await ask("POST", "/api/auth/signup", account)).status).toBe(201);
		expect((await ask("POST", "/api/auth/signup", account)).status).toBe(409);
		expect((await ask("POST", "/api/auth/signup", { ...account, username: `${username}2` })).status).toBe(409);
		expect(
			(await ask("POST", "/api/auth/signup", { ...account, email: `${email} `.repeat(2), name: `${name}\u0000` }))
				.status,
		).toBe(400);
		expect((await ask("POST", "/api/auth/login", { email, password: `${password}!` })).status).toBe(401);
		expect((await ask("POST", "/api/auth/login", { username: email, password })).status).toBe(200);
		const { body } = await ask("POST", "/api/auth/login", { email, password });
		tokens.push(String(body["accessToken"]), String(body["refreshToken"]));
		const refreshed = await ask("POST", "/api/auth/refresh", { refreshToken: String(body["refreshToken"]) });
		tokens.push(String(refreshed.body["refreshToken"]));
		return String(refreshed.body["accessToken"]);
	}

	/** Signs up, orders with and without contact data, pays, is refused, gives back; with addresses full of canaries. */
	async function liveAndPay(): Promise<string[]> {
		const token = await signUpAndIn("canary", CANARIES.email, CANARIES.name);
		const contact = { customerEmail: CANARIES.orderEmail, customerName: CANARIES.orderName };
		const profile = await ask("GET", "/api/user/profile", undefined, token);
		expect(profile.body).toMatchObject({ email: CANARIES.email, name: CANARIES.name, phoneNumber: CANARIES.phone });
		const order = await ask("POST", "/api/orders", { productName: WITNESS, amount: AMOUNT, ...contact }, token);
		expect(order.body).toMatchObject(contact);
		const orderId = String(order.body["orderId"]);
		const plain = await ask("POST", "/api/orders", { productName: WITNESS, amount: AMOUNT }, token);
		expect(plain.body).toMatchObject({ customerEmail: CANARIES.email, customerName: CANARIES.name });
		await ask("POST", "/api/orders", { productName: WITNESS, amount: -1, ...contact }, token);
		await ask(
			"POST",
			"/api/orders",
			{
				productName: WITNESS,
				amount: AMOUNT,
				customerEmail: `<${CANARIES.orderEmail}`,
				customerName: "x".repeat(51) + CANARIES.orderName,
			},
			token,
		);
		const paymentKey = await system.approve(orderId);
		await ask("POST", "/api/payments/confirm", { paymentKey, orderId, amount: 1, ...contact }, token);
		expect(
			(await ask("POST", "/api/payments/confirm", { paymentKey, orderId, amount: AMOUNT, ...contact }, token)).status,
		).toBe(200);
		await ask(
			"POST",
			`/api/payments/${orderId}/cancel`,
			{ cancelReason: "변심", cancelAmount: 1_000, ...contact },
			token,
		);
		await ask("POST", `/api/orders/${orderId}/cancel`, { reason: "변심", ...contact }, token);
		await ask("POST", `/api/payments/${orderId}/cancel`, { cancelReason: "변심" }, token);
		await ask("POST", "/api/payments/webhook/toss", {
			eventType: CANARIES.orderEmail,
			data: { orderId, paymentKey, status: CANARIES.orderName, ...contact },
		});
		await probe(token);
		return [orderId, String(plain.body["orderId"])];
	}

	/** Where no personal data belongs, people put it all the same. */
	async function probe(token: string): Promise<void> {
		const email = encodeURIComponent(CANARIES.email);
		const name = encodeURIComponent(CANARIES.name);
		for (const path of [
			`/api/orders?status=${email}`,
			`/api/orders?cursor=${email}`,
			`/api/orders?userId=${name}&email=${email}`,
			`/api/orders/${email}`,
			`/api/payments/${name}`,
			`/api/logs/events/trace/${email}`,
			`/api/users/${email}`,
			`/${email}`,
		])
			await ask("GET", path, undefined, token);
		await ask("DELETE", `/api/users/${email}`, undefined, token);
		await ask("PUT", `/api/users/${email}/roles`, { roles: [CANARIES.name] }, admin);
		await ask("GET", `/fail?code=${email}&message=${name}`);
		for (const text of [`{"email":"${CANARIES.email}"`, `["${CANARIES.name}"]`])
			refusals.push(
				(
					await tell(system.url, {
						method: "POST",
						path: "/api/auth/login",
						headers: { "content-type": "application/json" },
						body: text,
					})
				).text,
			);
	}

	/** An order nobody pays; time passes. */
	async function letExpire(): Promise<string> {
		const { body } = await ask("POST", "/api/auth/login", { email: CANARIES.email, password: CANARIES.password });
		const contact = { customerEmail: CANARIES.orderEmail, customerName: CANARIES.orderName };
		const order = await ask(
			"POST",
			"/api/orders",
			{ productName: WITNESS, amount: AMOUNT, ...contact },
			String(body["accessToken"]),
		);
		expect((await ask("POST", "/api/clock/advance", { ms: 40 * MINUTES })).status).toBe(200);
		const orderId = String(order.body["orderId"]);
		admin = await system.login("admin", "admin");
		const expired = await system.until(`/api/orders/${orderId}`, admin, ({ status }) => status === "CANCELLED");
		expect(expired).toMatchObject({ status: "CANCELLED" });
		return orderId;
	}

	async function eraseSomebody(): Promise<void> {
		const token = await signUpAndIn("leaver", CANARIES.erasedEmail, CANARIES.erasedName);
		const order = await ask(
			"POST",
			"/api/orders",
			{ productName: WITNESS, amount: AMOUNT, customerName: CANARIES.erasedName },
			token,
		);
		const { userId } = (await ask("GET", "/api/user/profile", undefined, token)).body;
		expect((await ask("DELETE", `/api/users/${String(userId)}`, undefined, token)).status).toBe(204);
		expect(
			(await ask("POST", "/api/auth/login", { email: CANARIES.erasedEmail, password: CANARIES.password })).status,
		).toBe(401);
		const left = await system.read(`/api/orders/${String(order.body["orderId"])}`, admin);
		expect(left).toMatchObject({ orderName: WITNESS, customerEmail: null, customerName: null });
	}

	/** Every canary that is in one of these places, in any form; secrets too. */
	function found(places: Readonly<Record<string, Buffer | string>>, secrets: readonly string[] = []): string[] {
		const sought = [
			...Object.entries(CANARIES),
			...secrets.map((secret, index) => [`secret ${index}`, secret] as const),
		];
		return Object.entries(places).flatMap(([place, content]) => {
			const bytes = Buffer.from(content);
			return sought
				.filter(([, value]) => formsOf(value).some((form) => bytes.includes(form)))
				.map(([name]) => `${name} in ${place}`);
		});
	}

	/** Every file of the platform; the provider's double keeps its own folder. */
	function files(): Record<string, Buffer> {
		const entries = readdirSync(system.dataDir, { recursive: true, withFileTypes: true });
		const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
		return Object.fromEntries(paths.map((path) => [path.slice(system.dataDir.length + 1), readFileSync(path)]));
	}
	const ours = ([name]: [string, Buffer]): boolean => !name.startsWith(`toss-twin${sep}`);

	it("is not in the event log, for administrators neither", async () => {
		const places: Record<string, string> = {};
		const read = async (path: string): Promise<void> => {
			for (const token of [admin, undefined]) {
				const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
				places[`${path} ${token === undefined ? "public" : "admin"}`] = (
					await tell(system.url, { path, headers })
				).text;
			}
		};
		for (const id of correlationIds) await read(`/api/logs/events/trace/${id}`);
		for (const id of orderIds) {
			await read(`/api/logs/payments/${id}/history`);
			await read(`/api/logs/payments/${id}/state`);
		}
		await read("/api/logs/events/recent?limit=500&minutes=1440");
		expect(Object.values(places).join("")).toContain(WITNESS);
		expect(Object.values(places).join("")).toContain("payment.cancelled");
		expect(found(places, tokens)).toEqual([]);
	});

	it("is not in the logs, the metrics, the operations' answers and the refusals", async () => {
		const places: Record<string, string> = { output: system.output(), refusals: refusals.join("\n") };
		for (const path of [
			"/metrics",
			"/health",
			"/ready",
			"/api/admin/dashboard",
			"/api/admin/bus",
			"/api/admin/parked?group=payment",
		])
			places[path] = (await tell(system.url, { path, headers: { authorization: `Bearer ${admin}` } })).text;
		expect(refusals.length).toBeGreaterThan(15);
		expect(system.output()).toMatch(/request refused/);
		expect(found(places, tokens)).toEqual([]);
	});

	it("is not readable in any file, while it runs and after it stopped", async () => {
		const running = Object.fromEntries(Object.entries(files()).filter(ours));
		expect(Object.keys(running)).toEqual(expect.arrayContaining(["payflow.db", "payflow.db-wal", "payflow.db.lock"]));
		expect(Buffer.concat(Object.values(running)).includes(WITNESS)).toBe(true);
		expect(found(running, tokens)).toEqual([]);
		expect(await system.stop()).toEqual({ code: 0, signal: null });
		const stopped = files();
		expect(found(Object.fromEntries(Object.entries(stopped).filter(ours)), tokens)).toEqual([]);
		expect(found(stopped)).toEqual([]);
		expect(found({ output: system.output() }, tokens)).toEqual([]);
	});
});
