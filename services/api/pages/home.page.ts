import { layout } from "./layout.ts";
import type { PageContext, PageView } from "./page.ts";
import type { Texts } from "./texts.ts";
import { texts } from "./texts.ts";

/** The shop: hero, products, order summary, buyer and payment. */
export interface HomeModel {
	readonly text: Texts["home"];
	readonly common: Texts["common"];
	readonly step: 1;
	readonly heroLines: readonly string[];
	readonly trust: readonly { readonly icon: string; readonly title: string; readonly text: string }[];
	readonly skeletons: readonly number[];
}

/** `/`: choose a product, say who you are, pay. */
export function homePage(context: PageContext, query: Readonly<Record<string, string>> = {}): PageView<HomeModel> {
	const { home: text, common } = texts(context.lang);
	return {
		view: "checkout/home",
		model: {
			layout: layout(context, { title: text.title, script: "home.js", areas: ["home", "fail"], query }),
			text,
			common,
			step: 1,
			heroLines: text.heroTitle.split("\n"),
			trust: [
				{ icon: "shield", title: text.trustOnce, text: text.trustOnceText },
				{ icon: "lock", title: text.trustCard, text: text.trustCardText },
				{ icon: "receipt", title: text.trustRefund, text: text.trustRefundText },
			],
			skeletons: [1, 2, 3, 4, 5, 6],
		},
	};
}
