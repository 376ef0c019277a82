import type { Caller } from "../../../mixins/typed.ts";
import type { DashboardView } from "../contract.ts";

const MESSAGES = { ko: "관리자 대시보드에 오신 것을 환영합니다.", en: "Welcome to the administrators' dashboard." };

/** Figures of every service; a block whose service does not answer is null and never an error of the whole page. */
export async function dashboard(caller: Caller, lang: "ko" | "en", generatedAt: string): Promise<DashboardView> {
	const [auth, orders, payments] = await Promise.all([
		orNull(caller.call("auth.figures")),
		orNull(caller.call("order.counts")),
		orNull(caller.call("payment.figures")),
	]);
	return { message: MESSAGES[lang], access: "ADMIN_ONLY", users: auth?.users ?? null, orders, payments, generatedAt };
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
	try {
		return await answer;
	} catch {
		return null;
	}
}
