import { actorBugs } from "./actor-bugs.ts";
import type { Bug } from "./bug.ts";
import { busBugs } from "./bus-bugs.ts";
import { moneyBugs } from "./money-bugs.ts";
import { sagaBugs } from "./saga-bugs.ts";

/** Every planted bug. */
export const bugs: readonly Bug[] = [...busBugs, ...actorBugs, ...moneyBugs, ...sagaBugs];
