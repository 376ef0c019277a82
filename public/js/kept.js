const KEY = "payflow.checkout";

/** What this tab remembers of a purchase under way: order, flow id and key; never a token or a card. */
export function kept() {
	try {
		return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
	} catch {
		return null;
	}
}

export function keep(memory) {
	try {
		sessionStorage.setItem(KEY, JSON.stringify(memory));
	} catch {
		// Without storage a closed window makes a new order; money is not at stake.
	}
}

/** A purchase that ended, well or not, is not continued. */
export function forgetCheckout() {
	try {
		sessionStorage.removeItem(KEY);
	} catch {
		// Nothing was kept then.
	}
}
