import mongoose from "mongoose";
import { systemClock } from "../../../mixins/clock/system.ts";
import { openDatabase, reading } from "../../../mixins/store/mongo/connection.ts";
import { StoreUnavailable } from "../../../mixins/store/port.ts";

const { MongoNetworkError, MongoServerError } = mongoose.mongo;

describe("a reading that fails", () => {
	it.each<[string, Error]>([
		["the way to the server", new MongoNetworkError("socket closed")],
		["a primary that steps down", new MongoServerError({ message: "stepped down", code: 189 })],
		["a server that shuts down", new MongoServerError({ message: "shutting down", code: 11_600 })],
		["a server that is no primary", new MongoServerError({ message: "not primary", code: 10_107 })],
	])("is an outage because of %s", async (_name, error) => {
		const failed: unknown = await reading(() => Promise.reject(error)).catch((thrown: unknown) => thrown);
		expect(failed).toBeInstanceOf(StoreUnavailable);
		expect((failed as StoreUnavailable).cause).toBe(error);
	});

	it.each<[string, Error]>([
		["a wrong question", new MongoServerError({ message: "unknown operator", code: 2 })],
		["a rule of its own", new TypeError("not a function")],
	])("passes on as it is because of %s", async (_name, error) => {
		await expect(reading(() => Promise.reject(error))).rejects.toBe(error);
	});
});

describe("a start without the server", () => {
	it("ends after some tries, and says why", async () => {
		const pauses: number[] = [];
		const clock = { ...systemClock(), sleep: (ms: number) => Promise.resolve(void pauses.push(ms)) };
		const opening = openDatabase("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=20", clock);
		await expect(opening).rejects.toThrow(/^The database does not answer\. connect ECONNREFUSED 127\.0\.0\.1:1$/);
		await expect(opening).rejects.toBeInstanceOf(StoreUnavailable);
		expect(pauses).toHaveLength(5);
	});
});
