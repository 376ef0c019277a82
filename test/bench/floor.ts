import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";

/**
 * The floor: the least a durable order creation can cost on this machine. A bare Node HTTP server parses the body,
 * writes as many rows of the same size as PayFlow does (a document, two events, a command id), commits all of one turn
 * with one fsync, and answers. No token, no validation, no rules.
 */
const [file = "floor.db", port = "0"] = process.argv.slice(2);
const db = new DatabaseSync(file);
db.exec(`
	PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
	CREATE TABLE documents (id TEXT PRIMARY KEY, state TEXT); CREATE TABLE events (position INTEGER PRIMARY KEY, envelope TEXT);
	CREATE TABLE commands (id TEXT PRIMARY KEY) WITHOUT ROWID;`);
const insertDocument = db.prepare("INSERT INTO documents VALUES (?, ?)");
const insertEvent = db.prepare("INSERT INTO events (envelope) VALUES (?)");
const insertCommand = db.prepare("INSERT INTO commands VALUES (?)");
const STATE = "s".repeat(520);
const EVENT = "e".repeat(640);

let waiting: { body: string; answer: (text: string) => void }[] = [];
let count = 0;

function flush(): void {
	const batch = waiting;
	waiting = [];
	db.exec("BEGIN");
	const answers = batch.map(({ body }) => {
		const { amount } = JSON.parse(body) as { amount?: number };
		const id = `ORD_${String(++count).padStart(26, "0")}`;
		insertDocument.run(id, STATE);
		insertEvent.run(EVENT);
		insertEvent.run(EVENT);
		insertCommand.run(`CMD_${id}`);
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

const server = createServer((request, response) => {
	let body = "";
	request.on("data", (chunk: Buffer) => (body += chunk.toString()));
	request.on("end", () => {
		if (waiting.length === 0) setImmediate(flush);
		waiting.push({
			body,
			answer: (text) => {
				response.writeHead(201, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
				response.end(text);
			},
		});
	});
});
server.listen(Number(port), "127.0.0.1", () => {
	const address = server.address();
	console.log(`listening ${typeof address === "object" && address !== null ? address.port : 0}`);
});
