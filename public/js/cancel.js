import { get, post } from "./api.js";
import { showDialog, wireDialog } from "./dialogs.js";
import { byId, say, sayError, setFieldError, showFieldErrors, wait, whileBusy } from "./dom.js";
import { won } from "./format.js";
import { isPaid } from "./order-words.js";
import { t } from "./page.js";

const POLL_MS = 2000;
const POLLS_MAX = 15;
const dialog = byId("cancel-dialog");
const form = byId("cancel-form");
let order = null;

/** Wires the dialog; the answered function opens it for an order. `onChange` shows the order's new state. */
export function wireCancel(onChange) {
	const { reason } = form.elements;
	wireDialog(dialog);
	for (const chip of form.querySelectorAll("[data-reason]")) {
		chip.addEventListener("click", () => {
			reason.value = chip.dataset.reason;
			setFieldError(reason, null);
			reason.focus();
		});
	}
	reason.addEventListener("input", () => setFieldError(reason, null));
	form.addEventListener("submit", (event) => submit(event, onChange));
	return (chosen) => {
		order = chosen;
		const lead = isPaid(chosen) ? "orders.cancelLeadPaid" : "orders.cancelLeadOpen";
		byId("cancel-lead").textContent = t(lead, { amount: won(chosen.amount) });
		say(byId("cancel-alert"), "");
		showDialog(dialog);
	};
}

function submit(event, onChange) {
	event.preventDefault();
	const { reason } = form.elements;
	const words = reason.value.trim();
	if (!showFieldErrors([[reason, words === "" ? t("orders.cancelReasonRequired") : null]])) return;
	void whileBusy(form.querySelector("[type=submit]"), () => cancel(words, onChange));
}

async function cancel(reason, onChange) {
	const address = `/api/orders/${encodeURIComponent(order.orderId)}`;
	say(byId("cancel-alert"), "");
	try {
		const { body } = await post(`${address}/cancel`, { reason });
		dialog.close();
		form.reset();
		await follow(body, address, onChange);
	} catch (error) {
		sayError(byId("cancel-alert"), error);
	}
}

/** An accepted cancellation is not a finished one: the refund is waited for, and said so meanwhile. */
async function follow(answer, address, onChange) {
	let latest = answer;
	for (let poll = 0; poll < POLLS_MAX && latest?.status !== "CANCELLED"; poll++) {
		say(byId("order-notice"), t("orders.cancelAccepted"));
		if (poll === 0) await onChange();
		await wait(POLL_MS);
		latest = await get(address).catch(() => latest);
	}
	if (latest?.status === "CANCELLED") say(byId("order-notice"), t("orders.cancelDone"));
	await onChange();
}
