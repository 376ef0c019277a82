import { authRoutes } from "./routes/auth.routes.ts";
import { doctorRoutes } from "./routes/doctor.routes.ts";
import { inventoryRoutes } from "./routes/inventory.routes.ts";
import { ledgerRoutes } from "./routes/ledger.routes.ts";
import { logsRoutes } from "./routes/logs.routes.ts";
import { operationsRoutes } from "./routes/operations.routes.ts";
import { opsRoutes } from "./routes/ops.routes.ts";
import { pointsRoutes } from "./routes/points.routes.ts";
import { sagaRoutes } from "./routes/saga.routes.ts";
import { shopRoutes } from "./routes/shop.routes.ts";
import { siteRoutes } from "./routes/site.routes.ts";
import { storyRoutes } from "./routes/story.routes.ts";
import type { RouteTable } from "./routes/types.ts";

/** Every public door of the platform, each with its policy. An action that is not here is not on the internet. */
export const routes = {
	...authRoutes,
	...shopRoutes,
	...ledgerRoutes,
	...inventoryRoutes,
	...pointsRoutes,
	...sagaRoutes,
	...storyRoutes,
	...logsRoutes,
	...operationsRoutes,
	...opsRoutes,
	...doctorRoutes,
	...siteRoutes,
} as const satisfies RouteTable;

/** Method and path of every door. */
export type PublicRoute = keyof typeof routes;
