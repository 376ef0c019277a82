import type { Store } from "../../../mixins/store/port.ts";
import type { Caller } from "../../../mixins/typed.ts";

/** Who an order is for; personal data, readable only while the user's data key exists. */
export interface Contact {
	readonly customerEmail: string | null;
	readonly customerName: string | null;
}

/** Contact data of orders: sealed under the user's own key, never part of an event. */
export interface Contacts {
	/** Durable when it resolves; comes before the order, whose id it carries. The first one stays. */
	keep(caller: Caller, orderId: string, userId: string, given: Partial<GivenContact>): Promise<void>;
	/** What the order was given, and the owner's profile for the rest. */
	find(caller: Caller, order: { orderId: string; userId: string; hasContact: boolean }): Promise<Contact>;
	/** The owner's profile; nulls when it cannot be had, because an order never fails for it. */
	profile(caller: Caller, userId: string): Promise<Contact>;
	forget(userId: string): void;
}

/** What a buyer may give with an order. */
export interface GivenContact {
	readonly customerEmail: string;
	readonly customerName: string;
}

interface ContactRecord {
	readonly sealed: Readonly<Record<string, string>>;
}

const KIND = "order-contact";
const NOBODY: Contact = { customerEmail: null, customerName: null };
const PROFILES_MAX = 1_000;
const PROFILE_MS = 10_000;

/** Profiles are remembered for a few seconds, so that a buyer's orders in a row cost one look-up. */
export function createContacts(store: Store, now: () => number): Contacts {
	store.define({ kind: KIND });
	const profiles = new Map<string, { readonly contact: Contact; readonly until: number }>();

	async function profile(caller: Caller, userId: string): Promise<Contact> {
		const known = profiles.get(userId);
		if (known !== undefined && known.until > now()) return known.contact;
		try {
			const { email, name } = await caller.call("auth.contact", { userId });
			const contact = { customerEmail: email, customerName: name };
			if (profiles.size >= PROFILES_MAX) profiles.clear();
			profiles.set(userId, { contact, until: now() + PROFILE_MS });
			return contact;
		} catch {
			return NOBODY;
		}
	}

	return {
		profile,
		forget: (userId) => void profiles.delete(userId),
		async keep(caller, orderId, userId, given) {
			const fields = Object.entries(given).map(([name, value]) => ({ name, value }));
			const { sealed } = await caller.call("auth.seal", { userId, context: contextOf(orderId), fields });
			const state: ContactRecord = { sealed };
			const item = { kind: KIND, id: orderId, expectedVersion: 0, state, events: [], commands: [] };
			const [result] = await store.commit([item]);
			if (result?.status === "unknown") throw result.error;
		},
		async find(caller, { orderId, userId, hasContact }) {
			const record = hasContact ? await store.load<ContactRecord>(KIND, orderId) : null;
			const own = record === null ? {} : await opened(caller, orderId, userId, record.state);
			if (own.customerEmail !== undefined && own.customerName !== undefined) return { ...NOBODY, ...own };
			return { ...(await profile(caller, userId)), ...own };
		},
	};
}

async function opened(
	caller: Caller,
	orderId: string,
	userId: string,
	{ sealed }: ContactRecord,
): Promise<Partial<Contact>> {
	const fields = Object.entries(sealed).map(([name, value]) => ({ name, value }));
	const answer = await caller.call("auth.open", { userId, context: contextOf(orderId), fields });
	return answer.opened;
}

function contextOf(orderId: string): string {
	return `${KIND}|${orderId}`;
}
