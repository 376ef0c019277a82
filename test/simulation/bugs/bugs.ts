import type { Bug } from "./bug.ts";

/** Every planted bug. */
export const bugs: readonly Bug[] = [];
