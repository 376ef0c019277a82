/** What a scenario may vary. */
export interface ScenarioOptions {
	readonly seconds: number;
	/** Stored orders of the scenarios that need many. */
	readonly orders: number;
}
