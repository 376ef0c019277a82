import { createHash, randomBytes as cryptoRandomBytes } from "node:crypto";
import { Agent } from "undici";
import type { Clock } from "../../mixins/clock/port.ts";
import { systemClock } from "../../mixins/clock/system.ts";
import { createAnnouncer } from "./application/announcer.ts";
import type { Core } from "./application/core.ts";
import { createExpirySweep } from "./application/expiry-sweep.ts";
import { createFaults } from "./application/fault-box.ts";
import { expireOverdue } from "./application/sessions.ts";
import { isAllowedTarget } from "./domain/webhooks.ts";
import { groupCommit } from "./infrastructure/group-commit.ts";
import { createMint } from "./infrastructure/mint.ts";
import { paymentStore } from "./infrastructure/payment-store.ts";
import { recordStore } from "./infrastructure/record-store.ts";
import { openFile } from "./infrastructure/sqlite-file.ts";
import { createWebhookSender } from "./infrastructure/webhook-sender.ts";
import { webhookStore } from "./infrastructure/webhook-store.ts";
import { createApp } from "./server/app.ts";
import { WEBHOOK_URL } from "./server/control-tools.ts";
import { createHttpServer } from "./server/http.ts";
import { startable, type Running, type Twin } from "./running.ts";
import { createPages } from "./server/pages.ts";
import { vendorServer } from "./server/vendor.ts";

export { DEMO_CLIENT_KEY, DEMO_MID, DEMO_SECRET_KEY } from "./domain/auth.ts";

/** How a Twin is set up; everything has a default that suits development. */
export interface TwinOptions {
	/** 0 picks a free port. */
	readonly port?: number;
	readonly host?: string;
	/** The folder of the Twin's own file; null keeps everything in memory. */
	readonly dataDir?: string | null;
	readonly clock?: Clock;
	readonly randomBytes?: (size: number) => Uint8Array;
	/** Where webhooks go until the control API says otherwise. */
	readonly webhookUrl?: string;
	/** Hosts besides this machine that webhooks may go to, e.g. a container's name. */
	readonly webhookHosts?: readonly string[];
	/** Opens the control API to other machines; for containers, whose callers never look local. */
	readonly isControlOpen?: boolean;
	/** The address people and links see, when it is not the one the Twin binds. */
	readonly publicUrl?: string;
	/** Told of faults of the Twin itself. */
	readonly report?: (error: unknown) => void;
}

/** A Toss Twin that is not running yet; `start` opens its file and its port, `stop` closes both. */
export function createTwin(options: TwinOptions = {}): Twin {
	return startable(() => run(options));
}

async function run(options: TwinOptions): Promise<Running> {
	const clock = options.clock ?? systemClock();
	const report = options.report ?? ((error: unknown) => console.error("[toss-twin]", error));
	const db = openFile(options.dataDir ?? null);
	try {
		return await serve(options, { clock, report, db });
	} catch (error) {
		db.close();
		throw error;
	}
}

async function serve(options: TwinOptions, base: Pick<Ground, "clock" | "report" | "db">): Promise<Running> {
	const { clock, db } = base;
	const { host = "127.0.0.1", port: wantedPort = 0 } = options;
	const dispatcher = new Agent({ connect: { timeout: 10_000 } });
	const stopping = new AbortController();
	let url = "";
	const parts = assemble(options, { ...base, dispatcher, stopping, baseUrl: () => options.publicUrl ?? url });
	const server = createHttpServer(parts.app);
	const port = await server.listen(wantedPort, host);
	url = `http://${host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host}:${port}`;
	parts.wake();
	const stop = async (): Promise<void> => {
		stopping.abort(new Error("The Twin is stopping."));
		await server.close();
		await parts.stop();
		await dispatcher.destroy();
		// What the last turn asked for is committed before the file closes.
		await clock.turn();
		db.close();
	};
	return { address: { port, url }, stop };
}

interface Ground {
	readonly clock: Clock;
	readonly report: (error: unknown) => void;
	readonly db: ReturnType<typeof openFile>;
	readonly dispatcher: Agent;
	readonly stopping: AbortController;
	readonly baseUrl: () => string;
}

function assemble(options: TwinOptions, ground: Ground) {
	const { clock, report, stopping } = ground;
	const { core, commits, faults, webhooks, sender, sweep, newTraceId } = assembleCore(options, ground);
	const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
	const vendor = vendorServer({ core, commits, faults, digest, newTraceId, stopping: stopping.signal, report });
	const control = {
		core,
		commits,
		faults,
		webhooks,
		webhookHosts: options.webhookHosts ?? [],
		isOpenToAll: options.isControlOpen ?? false,
		advance: advanceOf(clock),
		nudge: () => sender.wakeAt(clock.now()),
		clock,
		report,
	};
	const pages = createPages({ core, commits, faults });
	return {
		app: createApp({ vendor, control, pages, newTraceId, report }),
		wake: () => {
			sender.wakeAt(clock.now());
			sweep.wakeAt(clock.now());
		},
		stop: async () => {
			sweep.stop();
			await sender.stop();
		},
	};
}

function assembleCore(options: TwinOptions, { clock, report, db, dispatcher, baseUrl }: Ground) {
	assertWebhookUrl(options);
	const randomBytes = options.randomBytes ?? cryptoRandomBytes;
	const newTraceId = (): string => Buffer.from(randomBytes(16)).toString("hex");
	const commits = groupCommit(db, clock);
	const payments = paymentStore(db);
	const records = recordStore(db);
	const webhooks = webhookStore(db);
	const faults = createFaults(records, () => (Buffer.from(randomBytes(4)).readUInt32BE() / 2 ** 32) * 100);
	const sender = createWebhookSender({ clock, commits, webhooks, dispatcher, report });
	const announcer = createAnnouncer({
		webhooks,
		faults,
		url: () => webhookUrlOf(records.setting(WEBHOOK_URL), options),
		baseUrl,
		now: () => clock.now(),
		newId: newTraceId,
		due: (at) => sender.wakeAt(at),
	});
	const mint = createMint(randomBytes);
	const noteDeadline = (at: number): void => sweep.wakeAt(at);
	const core: Core = { clock, payments, records, mint, announcer, faults, baseUrl, noteDeadline };
	const sweep = createExpirySweep({
		clock,
		payments,
		commit: (work) => commits.commit(work),
		expire: (limit) => expireOverdue(core, limit),
		report,
	});
	return { core, commits, faults, webhooks, sender, sweep, newTraceId };
}

/** What the control API registered wins, also when it registered nothing at all. */
function webhookUrlOf(registered: string | null, options: TwinOptions): string | null {
	if (registered === null) return options.webhookUrl ?? null;
	return registered === "" ? null : registered;
}

function assertWebhookUrl({ webhookUrl, webhookHosts }: TwinOptions): void {
	if (webhookUrl !== undefined && !isAllowedTarget(webhookUrl, webhookHosts ?? []))
		throw new Error(`The Twin sends webhooks only to this machine, not to ${webhookUrl}.`);
}

/** Only a virtual clock can be moved. */
function advanceOf(clock: Clock): ((ms: number) => Promise<void>) | null {
	if (!("advance" in clock) || typeof clock.advance !== "function") return null;
	return clock.advance.bind(clock) as (ms: number) => Promise<void>;
}
