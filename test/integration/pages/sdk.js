/** A payment window with the provider's interface: approve, decline, cancel at the card company, or close. */
window.TossPayments = (clientKey) => ({
	payment: ({ customerKey }) => ({
		requestPayment: (request) =>
			new Promise((resolve, reject) => {
				window.lastRequest = { clientKey, customerKey, ...request };
				const dialog = document.createElement("dialog");
				dialog.id = "window";
				const go = (address, query) => {
					location.href = `${address}?${new URLSearchParams(query)}`;
				};
				const choices = {
					approve: () =>
						go(request.successUrl, {
							paymentKey: `key_${request.orderId}`,
							orderId: request.orderId,
							amount: request.amount.value,
						}),
					decline: () =>
						go(request.failUrl, { code: "REJECT_CARD_COMPANY", message: "declined", orderId: request.orderId }),
					close: () => {
						dialog.remove();
						reject(Object.assign(new Error("closed"), { code: "USER_CANCEL" }));
					},
				};
				for (const [name, run] of Object.entries(choices)) {
					const button = document.createElement("button");
					button.textContent = name;
					button.id = `window-${name}`;
					button.addEventListener("click", run);
					dialog.append(button);
				}
				document.body.append(dialog);
				dialog.showModal();
			}),
	}),
});
