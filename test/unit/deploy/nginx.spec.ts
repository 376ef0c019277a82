import { readDocument } from "../../support/documents.ts";

const config = readDocument("deploy/nginx/nginx.conf");
const seconds = (text: string | undefined) => Number(text?.replaceAll("_", ""));

describe("the balancer", () => {
	it("gives idle connections up before a gateway closes them, or a payment could meet a closing one", () => {
		const own = seconds(/keepalive_timeout (\d+)s;/.exec(config)?.[1]);
		const gateway = seconds(/KEEP_ALIVE_MS = ([\d_]+);/.exec(readDocument("services/api/api.service.ts"))?.[1]) / 1_000;
		expect(own).toBeGreaterThan(0);
		expect(gateway).toBeGreaterThan(own);
	});

	it("waits for an answer longer than live streams are silent, and passes on what is written at once", () => {
		const heartbeat = seconds(
			/HEARTBEAT_MS = ([\d_]+);/.exec(readDocument("services/api/streams/live-streams.ts"))?.[1],
		);
		expect(seconds(/proxy_read_timeout (\d+)s;/.exec(config)?.[1]) * 1_000).toBeGreaterThan(2 * heartbeat);
		expect(config).toContain("proxy_buffering off;");
	});

	it("writes the client's address itself, sends a taken request nowhere else, and shows no metrics", () => {
		expect(config.match(/X-Forwarded-For .*;/g)).toEqual(["X-Forwarded-For $remote_addr;"]);
		expect(config).not.toContain("non_idempotent");
		expect(config).toMatch(/location = \/metrics \{\s*return 404;\s*\}/);
	});
});
