import { createServer, type ServerResponse } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { Agent, request } from "undici";

/**
 * The floor: the least a durable order creation can cost on this machine. A bare Node HTTP server parses the body,
 * writes as many rows of the same size as PayFlow does (a document, two events, a command id), commits all of one turn
 * with one fsync, and answers. No token, no validation, no rules. A confirmation first asks a provider over HTTP and then
 * writes what the rest of a purchase comes to: payment, stock, points, ledger, saga, log. With `provider` as the third
 * argument it is that provider: one row for each charge, synced before the answer.
 */
const [file = "floor.db", port = "0", provider = ""] = process.argv.slice(2);
const isProvider = provider === "provider";
/** Rows of a purchase beyond its creation: documents, events (each also a row of the event log) and command ids. */
const PURCHASE = { documents: 6, events: 30, commands: 12 };
const db = new DatabaseSync(file);
db.exec(`
	PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
	CREATE TABLE documents (id TEXT PRIMARY KEY, state TEXT); CREATE TABLE events (position INTEGER PRIMARY KEY, envelope TEXT);
	CREATE TABLE commands (id TEXT PRIMARY KEY) WITHOUT ROWID;`);
const insertDocument = db.prepare("INSERT INTO documents VALUES (?, ?)");
const insertEvent = db.prepare("INSERT INTO events (envelope) VALUES (?)");
const insertCommand = db.prepare("INSERT INTO commands VALUES (?)");
const pool = new Agent({ connections: 64 });
const STATE = "s".repeat(520);
const EVENT = "e".repeat(640);

interface Waiting {
	readonly body: string;
	readonly isPurchase: boolean;
	answer(text: string): void;
}

let waiting: Waiting[] = [];
let count = 0;

function write(documents: number, events: number, commands: number): string {
	const id = `ORD_${String(++count).padStart(26, "0")}`;
	for (let n = 0; n < documents; n++) insertDocument.run(`${id}${n}`, STATE);
	for (let n = 0; n < events; n++) insertEvent.run(EVENT);
	for (let n = 0; n < commands; n++) insertCommand.run(`CMD_${id}${n}`);
	return id;
}

function rowsOf(isPurchase: boolean): string {
	if (isProvider) return write(1, 0, 0);
	return isPurchase ? write(PURCHASE.documents, PURCHASE.events, PURCHASE.commands) : write(1, 2, 1);
}

function flush(): void {
	const batch = waiting;
	waiting = [];
	db.exec("BEGIN");
	const answers = batch.map(({ body, isPurchase }) => {
		const { amount } = JSON.parse(body) as { amount?: number };
		const id = rowsOf(isPurchase);
		return JSON.stringify({
			orderId: id,
			orderName: "order",
			amount,
			currency: "KRW",
			status: "PENDING",
			items: [],
			note: "x".repeat(300),
		});
	});
	db.exec("COMMIT");
	for (const [index, { answer }] of batch.entries()) answer(answers[index] ?? "");
}

const server = createServer((incoming, response) => {
	let body = "";
	incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
	incoming.on("end", () => void serve(incoming.url === "/api/payments/confirm", body, response));
});

async function serve(isPurchase: boolean, body: string, response: ServerResponse): Promise<void> {
	if (isPurchase) await charge(body);
	if (waiting.length === 0) setImmediate(flush);
	waiting.push({
		body,
		isPurchase,
		answer: (text) => {
			const length = Buffer.byteLength(text);
			response.writeHead(isPurchase ? 200 : 201, { "content-type": "application/json", "content-length": length });
			response.end(text);
		},
	});
}

async function charge(body: string): Promise<void> {
	const headers = { "content-type": "application/json" };
	const answer = await request(provider, { method: "POST", headers, body, dispatcher: pool });
	await answer.body.json();
}

server.listen(Number(port), "127.0.0.1", () => {
	const address = server.address();
	console.log(`listening ${typeof address === "object" && address !== null ? address.port : 0}`);
});
