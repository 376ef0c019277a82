import { get } from "./api.js";
import { markChosen, showCatalogue } from "./catalogue.js";
import { flowId, loadSdk, openPaymentWindow, orderFor } from "./checkout.js";
import { EMAIL, requireLogin } from "./dialogs.js";
import { byId, say, sayError, setBusy, setFieldError, showFieldErrors, whileBusy } from "./dom.js";
import { startPage } from "./header.js";
import { kept } from "./kept.js";
import { t } from "./page.js";
import { currentSession, onSessionChange } from "./session.js";
import { choose, orderItems, wireSummary } from "./summary.js";

const WIDE = matchMedia("(min-width: 60rem)");
const form = byId("pay-form");
const pay = byId("pay");
const notice = byId("pay-notice");
const alertBox = byId("pay-alert");
const { customerName, customerEmail } = form.elements;

async function chooseProduct(product) {
	choose(product);
	markChosen(product.productId);
	showStep(2);
	say(alertBox, "");
	say(notice, "");
	void loadSdk().catch(() => undefined);
	if (currentSession() === null) {
		say(notice, t("home.loginNotice"));
		if (await requireLogin()) say(notice, "");
	}
	const panel = byId("checkout");
	if (!WIDE.matches) panel.scrollIntoView({ block: "start" });
	panel.focus({ preventScroll: true });
}

/** Somebody who comes back from a failed or closed payment finds the same choice, and with it the same order. */
function restoreChoice(products) {
	const [item] = kept()?.items ?? [];
	const product = products.find(({ productId }) => productId === item?.productId);
	if (product === undefined) return;
	choose(product, item);
	markChosen(product.productId);
	showStep(2);
}

/** The bar at the bottom of small screens leads to the summary; beside the summary it would only be in the way. */
function wirePayBar() {
	const bar = byId("pay-bar");
	new IntersectionObserver(([entry]) => {
		bar.classList.toggle("is-away", entry.isIntersecting);
	}).observe(byId("pay-form"));
}

function showStep(step) {
	[...byId("steps").children].forEach((item, index) => {
		item.classList.toggle("is-done", index + 1 < step);
		if (index + 1 === step) item.setAttribute("aria-current", "step");
		else item.removeAttribute("aria-current");
	});
}

/** The buyer is who is logged in, until the form says otherwise. */
async function fillBuyer(session) {
	if (session === null) return;
	const profile = await get("/api/user/profile").catch(() => null);
	if (profile === null) return;
	if (customerName.value === "") customerName.value = profile.name ?? profile.username ?? "";
	if (customerEmail.value === "") customerEmail.value = profile.email ?? "";
}

function buyerOf() {
	const buyer = { customerName: customerName.value.trim(), customerEmail: customerEmail.value.trim() };
	const complete = showFieldErrors([
		[customerName, nameProblem(buyer.customerName)],
		[customerEmail, EMAIL.test(buyer.customerEmail) ? null : t("home.emailInvalid")],
	]);
	return complete ? buyer : null;
}

function nameProblem(name) {
	if (name === "") return t("home.nameRequired");
	return [...name].length > 50 ? t("home.nameLong") : null;
}

async function submit(event) {
	event.preventDefault();
	say(alertBox, "");
	const buyer = buyerOf();
	if (buyer !== null) await whileBusy(pay, () => purchase(buyer));
}

async function purchase(buyer) {
	say(notice, "");
	if (!(await requireLogin())) {
		say(notice, t("home.loginNotice"));
		return;
	}
	try {
		const order = await orderFor({ items: orderItems(), ...buyer });
		say(byId("flow-reference"), t("home.flowReference", { id: flowId() }));
		say(notice, t("home.payWindow"));
		const { closed } = await openPaymentWindow(order, buyer);
		if (closed) say(notice, t("home.closed"));
	} catch (error) {
		say(notice, "");
		showPurchaseError(error);
	}
}

const formFields = { customerName, customerEmail };

function showPurchaseError(error) {
	sayError(alertBox, error);
	const wrong = (error.fields ?? []).filter(({ field }) => Object.hasOwn(formFields, field));
	showFieldErrors(wrong.map(({ field, message }) => [formFields[field], String(message ?? error.message)]));
}

wireSummary();
form.addEventListener("submit", (event) => void submit(event));
for (const input of [customerName, customerEmail]) input.addEventListener("input", () => setFieldError(input, null));
window.addEventListener("pageshow", ({ persisted }) => persisted && setBusy(pay, false));
onSessionChange((session) => void fillBuyer(session));
void startPage();
wirePayBar();
void showCatalogue((product) => void chooseProduct(product), restoreChoice);
