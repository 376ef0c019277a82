// The call shape of the vendor's browser library, leading to this Twin's payment window.
(() => {
	const script = document.currentScript;
	const base = new URL(script instanceof HTMLScriptElement ? script.src : window.location.href).origin;
	const ANONYMOUS = "@@ANONYMOUS";

	class TossPaymentsError extends Error {
		constructor(code, message) {
			super(message);
			this.name = "TossPaymentsError";
			this.code = code;
		}
	}

	const post = async (path, body) => {
		let response;
		try {
			response = await fetch(base + path, {
				method: "POST",
				headers: { "content-type": "application/json" },
				credentials: "omit",
				body: JSON.stringify(body),
			});
		} catch {
			throw new TossPaymentsError("NETWORK_ERROR", "The payment window could not be reached.");
		}
		const answer = await response.json();
		if (!response.ok) throw new TossPaymentsError(answer.code, answer.message);
		return answer;
	};

	const assertClientKey = (key) => {
		if (/^(test|live)_g?sk_/.test(key))
			throw new TossPaymentsError("INSECURE_KEY_USAGE", "A secret key must not reach a page.");
		if (!/^test_g?ck_/.test(key)) throw new TossPaymentsError("INVALID_CLIENT_KEY", "The client key is not valid.");
	};

	const customerKeyOf = (options) => {
		const key = options?.customerKey;
		if (typeof key !== "string" || key.length < 2 || key.length > 50)
			throw new TossPaymentsError("INVALID_CUSTOMER_KEY", "The customer key is not valid.");
		return key === ANONYMOUS ? undefined : key;
	};

	const TossPayments = (clientKey) => {
		assertClientKey(clientKey);
		return {
			payment: (options) => {
				const customerKey = customerKeyOf(options);
				return {
					requestPayment: async (request) => {
						const { method, amount, orderId, orderName, successUrl, failUrl, customerName, metadata } = request;
						const order = { method, amount, orderId, orderName, successUrl, failUrl, customerName, metadata };
						const session = await post("/twin/browser-sessions", { ...order, clientKey, customerKey });
						window.location.assign(session.checkoutUrl);
						// The page is leaving; the caller's next line must not run before it has.
						return new Promise(() => undefined);
					},
					requestBillingAuth: async (request) => {
						const { method, successUrl, failUrl } = request;
						const fields = { method, successUrl, failUrl, clientKey, customerKey };
						const auth = await post("/twin/browser-billing-auths", fields);
						window.location.assign(auth.checkoutUrl);
						return new Promise(() => undefined);
					},
					destroy: async () => undefined,
				};
			},
		};
	};
	TossPayments.ANONYMOUS = ANONYMOUS;
	window.TossPayments = TossPayments;
})();
