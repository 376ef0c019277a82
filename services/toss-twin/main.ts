import { systemClock } from "../../mixins/clock/system.ts";
import { virtualClock } from "../../mixins/clock/virtual.ts";
import { createTwin, DEMO_CLIENT_KEY, DEMO_SECRET_KEY } from "./twin.ts";
import { readTwinSettings } from "./settings.ts";

const settings = readTwinSettings(process.env);
if ("problems" in settings) {
	for (const problem of settings.problems) console.error(problem);
	process.exit(1);
}

const real = systemClock();
const { isVirtual, ...options } = settings;
const twin = createTwin({ ...options, clock: isVirtual ? virtualClock(real.now()) : real });

try {
	const { url } = await twin.start();
	console.log(`
  Toss Twin: a stand-in for Toss Payments on this machine. No real money moves.

  address        ${url}          (open it in a browser for an overview)
  client key     ${DEMO_CLIENT_KEY}
  secret key     ${DEMO_SECRET_KEY}
  data           ${options.dataDir ?? "in memory"}
  clock          ${isVirtual ? `virtual; move it with POST ${url}/twin/clock/advance {"ms": 60000}` : "real"}

  Point your own project here
    server       https://api.tosspayments.com  ->  ${url}
    browser      https://js.tosspayments.com/v2/standard  ->  ${url}/twin/sdk.js

  Control API (this machine only)
    POST ${url}/twin/sessions                {"orderId": "order-0001", "orderName": "Coffee", "amount": 1000}
    POST ${url}/twin/sessions/{id}/approve   as the buyer would
    POST ${url}/twin/faults                  {"match": {"operation": "confirm"}, "fault": "drop-after", "times": 1}
    PUT  ${url}/twin/webhook-url             {"url": "http://127.0.0.1:3000/webhook"}
    GET  ${url}/twin/books                   what really happened
`);
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exit(1);
}

const stop = (): void => {
	void twin.stop().then(() => process.exit(0));
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
