import { authErrors } from "../../auth/contract.ts";
import { catalogErrors } from "../../catalog/contract.ts";
import { doctorErrors } from "../../doctor/contract.ts";
import { inventoryErrors } from "../../inventory/contract.ts";
import { ledgerErrors } from "../../ledger/contract.ts";
import { loggingErrors } from "../../logging/contract.ts";
import { nodeErrors } from "../../node/contract.ts";
import { opsErrors } from "../../ops/contract.ts";
import { orderErrors } from "../../order/contract.ts";
import { paymentErrors } from "../../payment/contract.ts";
import { pointsErrors } from "../../points/contract.ts";
import { sagaErrors } from "../../saga/contract.ts";
import { machineryErrors } from "../../shared/errors.ts";
import { storyErrors } from "../../story/contract.ts";
import { tossErrors } from "../../toss/contract.ts";
import { gatewayErrors, type GatewayStatus } from "../contract.ts";

/** Error tables by service; the only source of statuses. */
export const errorTables = {
	api: gatewayErrors,
	auth: authErrors,
	catalog: catalogErrors,
	doctor: doctorErrors,
	inventory: inventoryErrors,
	ledger: ledgerErrors,
	logging: loggingErrors,
	node: nodeErrors,
	ops: opsErrors,
	order: orderErrors,
	payment: paymentErrors,
	points: pointsErrors,
	saga: sagaErrors,
	story: storyErrors,
	toss: tossErrors,
	machinery: machineryErrors,
} as const;

type Tables = typeof errorTables;
/** Every code a client can meet. */
export type ErrorCode = { [Name in keyof Tables]: keyof Tables[Name] }[keyof Tables];

/** Status of every code; a test proves that no two tables disagree. */
export const statusByCode: ReadonlyMap<string, GatewayStatus> = new Map(
	Object.values(errorTables).flatMap((table) => Object.entries<GatewayStatus>(table)),
);
