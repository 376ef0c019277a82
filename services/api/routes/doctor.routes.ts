import type { RouteTable } from "./types.ts";

const operators = { roles: ["ROLE_OPERATOR", "ROLE_ADMIN"] } as const;

/** The examination of the whole platform, for operators and administrators. */
export const doctorRoutes = {
	"POST /api/admin/doctor": {
		action: "doctor.start",
		auth: operators,
		limit: "api",
		status: 202,
		answer: "Examination",
		summary: "Begin an examination of the whole platform; one that runs already is answered instead",
		tag: "admin",
	},
	"GET /api/admin/doctor": {
		action: "doctor.read",
		auth: operators,
		limit: "api",
		answer: "DoctorView",
		summary: "How far the examination is, and what the newest one has found",
		tag: "admin",
	},
} as const satisfies RouteTable;
