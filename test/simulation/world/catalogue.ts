import domainErrors from "../../../mixins/domain-errors.mixin.ts";
import { catalogErrors } from "../../../services/catalog/contract.ts";
import { priceLines, type Line } from "../../../services/catalog/domain/price.ts";
import { SEED_PRODUCTS } from "../../../services/catalog/domain/products.ts";

type Fields = { params: { fields: { name: string; value: string }[] } };

const products = new Map(SEED_PRODUCTS.map((product) => [product.productId, product]));

/** The catalogue's rules over the products a fresh system starts with, without its database. */
export const catalogue = {
	name: "catalog",
	mixins: [domainErrors(catalogErrors)],
	actions: {
		price: { handler: async (ctx: { params: { items: Line[] } }) => priceLines(products, ctx.params.items, "ko") },
	},
};

/** Accounts that nobody attacks here: names and seals that only pretend. */
export const accounts = {
	name: "auth",
	actions: {
		contact: { handler: async () => ({ email: "hong@example.com", name: "홍길동" }) },
		profile: { handler: async () => ({ username: "hong" }) },
		seal: { handler: async (ctx: Fields) => ({ sealed: turned(ctx, (text) => Buffer.from(text).toString("base64")) }) },
		open: {
			handler: async (ctx: Fields) => ({ opened: turned(ctx, (text) => Buffer.from(text, "base64").toString()) }),
		},
	},
};

function turned({ params }: Fields, turn: (text: string) => string): Record<string, string> {
	return Object.fromEntries(params.fields.map(({ name, value }) => [name, turn(value)]));
}
