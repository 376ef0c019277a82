import type { Settings } from "../../../mixins/config/settings.ts";
import type { PaymentActions } from "../contract.ts";

const TOSS_SDK_URL = "https://js.tosspayments.com/v2/standard";

/** What the payment page needs: the client key and the script of the payment window. Never the secret key. */
export function configView({
	toss,
	publicUrl,
}: Pick<Settings, "toss" | "publicUrl">): PaymentActions["payment.config"]["result"] {
	const { clientKey, mode } = toss;
	return { clientKey, mode, sdkUrl: mode === "mock" ? twinSdkUrl(toss.apiUrl, publicUrl) : TOSS_SDK_URL };
}

/** The browser reaches the Twin under the host it knows the platform by. */
function twinSdkUrl(apiUrl: string, publicUrl: string): string {
	const url = new URL("/twin/sdk.js", publicUrl);
	url.port = new URL(apiUrl).port;
	return url.href;
}
