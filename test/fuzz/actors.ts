import { tell } from "../support/raw-http.ts";
import type { Facts, System } from "../support/system.ts";
import { ROLES, type Role } from "./request.ts";

const MORE_ROLES: Partial<Readonly<Record<Role, string>>> = { operator: "ROLE_OPERATOR", administrator: "ROLE_ADMIN" };
const PASSWORD = "correct horse battery";
let count = 0;

/** Everybody who asks, each with a token that is good; who loses theirs gets another. */
export class Actors {
	readonly #system: System;
	readonly #tokens = new Map<Role, string>();
	readonly #names = new Map<Role, string>();
	/** An administrator who asks nothing, and whom nobody can erase because no request knows of them. */
	#keeper = "";

	readonly #keepOut: (userId: string) => void;

	/** `keepOut` is told of everybody who asks: no request may be about them, or they would become somebody else. */
	constructor(system: System, keepOut: (userId: string) => void) {
		this.#system = system;
		this.#keepOut = keepOut;
	}

	async begin(): Promise<void> {
		const { userId, accessToken } = await this.#system.loginAnswer("admin", "admin");
		this.#keepOut(String(userId));
		this.#keeper = String(accessToken);
		for (const role of ROLES) await this.renew(role);
	}

	/** The role's token; null for nobody. */
	token(role: Role): string | null {
		return this.#tokens.get(role) ?? null;
	}

	/** Another session, or another account where the first is gone. */
	async renew(role: Role): Promise<void> {
		if (role === "anonymous") return;
		const username = this.#names.get(role);
		const body = { username, password: PASSWORD };
		const again = username === undefined ? null : await this.#system.platform.ask("POST", "/api/auth/login", { body });
		if (again?.status === 200) this.#tokens.set(role, String(again.body["accessToken"]));
		else await this.#enrol(role);
	}

	async #enrol(role: Role): Promise<void> {
		const username = `fuzz-${process.pid}-${count++}`;
		const { userId, token } = await this.#system.member(username, PASSWORD);
		this.#keepOut(userId);
		const more = MORE_ROLES[role];
		if (more !== undefined) {
			const body = JSON.stringify({ roles: ["ROLE_USER", more] });
			const headers = { authorization: `Bearer ${this.#keeper}`, "content-type": "application/json" };
			const told = await tell(this.#system.url, { method: "PUT", path: `/api/users/${userId}/roles`, headers, body });
			if (told.status !== 200) throw new Error(`no ${role}: ${told.text}`);
		}
		this.#names.set(role, username);
		this.#tokens.set(role, token);
	}

	/** Things to ask about: a paid order, its payment and its checkout, and every list. */
	async furnish(): Promise<readonly Facts[]> {
		const seen: Facts[] = [];
		const look = async (path: string, token: string | null): Promise<void> => {
			const answer = await this.#system.platform.ask("GET", path, token === null ? {} : { token });
			if (answer !== null && answer.status < 300) seen.push(answer.body);
		};
		for (const role of ["customer", "other customer"] as const) {
			const token = this.token(role) ?? "";
			const { orderId, paymentKey } = await this.#system.purchase(token);
			seen.push({ orderId, paymentKey, amount: 10_000, paymentId: orderId, correlationId: `flow-${orderId}` });
			await look(`/api/orders/${orderId}`, token);
			await look("/api/auth/sessions", token);
		}
		const lists = ["/api/products", "/api/inventory", "/api/saga", "/api/ledger/accounts", "/api/logs/events/recent"];
		for (const path of lists) await look(path, this.token("administrator"));
		return seen;
	}
}
