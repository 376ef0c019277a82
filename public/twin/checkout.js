// The form works without this script; it only keeps a second click from sending the choice twice.
const form = document.getElementById("checkout");
const progress = document.getElementById("progress");

form?.addEventListener("submit", () => {
	if (progress !== null) progress.textContent = "처리하고 있습니다…";
	// After the event, so that the clicked button is still part of what is sent.
	queueMicrotask(() => {
		for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
	});
	form.addEventListener("submit", (event) => event.preventDefault(), { once: true });
});

// Coming back with the browser's back button brings the page back as it was left.
window.addEventListener("pageshow", (event) => {
	if (event.persisted) window.location.reload();
});
