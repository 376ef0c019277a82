import { withRuntime, type RuntimeDeps } from "../../mixins/actor/actor.mixin.ts";
import domainErrors from "../../mixins/domain-errors.mixin.ts";
import { referenceData } from "../../mixins/documents.mixin.ts";
import * as rules from "../../mixins/rules.ts";
import { mixin, type TypedService } from "../../mixins/typed.ts";
import { catalogErrors, type ProductView } from "./contract.ts";
import { priceLines, productOf } from "./domain/price.ts";
import { SEED_PRODUCTS } from "./domain/products.ts";
import {
	PRODUCT,
	productData,
	productView,
	seedProducts,
	type ProductEntity,
} from "./infrastructure/product.records.ts";

interface Deps extends RuntimeDeps {
	products: ReadonlyMap<string, ProductView>;
	/** Reads the whole catalogue again. */
	reload(): Promise<void>;
	/** moleculer-db's own reading method. */
	_find(ctx: null, params: { sort: string }): Promise<readonly ProductEntity[]>;
}

const LINES_MAX = 50;
const QUANTITY_MAX = 99;

/** moleculer-db tells every node when an entity has changed. */
const reloadOnChange = mixin<Pick<Deps, "reload">>({
	events: {
		"cache.clean.catalog"() {
			return this.reload();
		},
	},
});

/** Knows what is sold and what it costs. The catalogue is small and rarely changes: it is read once and kept in memory. */
const service: TypedService<"catalog", Deps> = {
	name: "catalog",
	mixins: [withRuntime(), referenceData(PRODUCT, productData), reloadOnChange, domainErrors(catalogErrors)],

	actions: {
		products: {
			params: { $$strict: "remove" },
			async handler() {
				return { items: [...this.products.values()], nextCursor: null };
			},
		},

		product: {
			params: { $$strict: "remove", productId: rules.id },
			async handler(ctx) {
				return productOf(this.products, ctx.params.productId);
			},
		},

		price: {
			visibility: "public",
			params: {
				$$strict: "remove",
				items: {
					type: "array",
					min: 1,
					max: LINES_MAX,
					items: {
						type: "object",
						strict: "remove",
						props: {
							productId: rules.id,
							quantity: { type: "number", integer: true, min: 1, max: QUANTITY_MAX },
							option: { ...rules.id, optional: true },
						},
					},
				},
			},
			async handler(ctx) {
				return priceLines(this.products, ctx.params.items, ctx.meta.lang ?? "ko");
			},
		},
	},

	created() {
		this.reload = async () => {
			const entities = await this._find(null, { sort: "position" });
			this.products = new Map(entities.map((entity) => [entity.productId, productView(entity)]));
		};
	},

	async started() {
		await seedProducts(this.runtime.store, SEED_PRODUCTS);
		await this.reload();
	},
};

export default service;
