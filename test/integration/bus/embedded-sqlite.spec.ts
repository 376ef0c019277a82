import { systemClock } from "../../../mixins/clock/system.ts";
import { openSqliteStore } from "../../../mixins/store/sqlite/index.ts";
import { embeddedBusBed } from "../../support/bus-bed.ts";
import { describeBus } from "../../support/specifications/bus.specification.ts";

describeBus(
	"the embedded bus over SQLite",
	async () => embeddedBusBed(await openSqliteStore({ file: ":memory:", clock: systemClock() })),
	{ isExact: true },
);
