import { servers, type Server } from "../../../deploy/servers/index.ts";
import { systemClock } from "../../../mixins/clock/system.ts";
import { openMongoStore, type MongoStore } from "../../../mixins/store/mongo/index.ts";
import { describeStore, type StoreBed } from "../../support/specifications/store.specification.ts";

let server: Server;
let databases = 0;

beforeAll(async () => {
	server = await servers.start("mongo");
	console.log(`${server.product}, ${server.origin}`);
});
afterAll(() => server.stop());

function uriOf(database: string): string {
	const url = new URL(server.url);
	url.pathname = `/${database}`;
	return url.href;
}

async function bedOf(uri: string): Promise<StoreBed> {
	const open: MongoStore = await openMongoStore({ uri, clock: systemClock(), node: "one", onTrouble: () => undefined });
	return {
		store: open,
		async reopen() {
			await open.close();
			return bedOf(uri);
		},
		close: () => open.close(),
	};
}

describeStore("the document store", () => bedOf(uriOf(`spec${process.pid}x${++databases}`)), { hasLog: false });
