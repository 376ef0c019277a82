import mongoose from "mongoose";
import { reading } from "../../../mixins/store/mongo/connection.ts";
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
