import type { Store } from "../../../mixins/store/port.ts";
import type { ProductView } from "../contract.ts";

interface ProductRecord {
	/** Place in the catalogue, 1 first. */
	readonly position: number;
	readonly product: ProductView;
}

const KIND = "product";
const PRODUCTS_MAX = 1_000;

/** Puts every product of `seed` that is missing into the store; what is there stays as it is. */
export async function seedProducts(store: Store, seed: readonly ProductView[]): Promise<void> {
	store.define({ kind: KIND });
	const results = await store.commit(
		seed.map((product, index) => ({
			kind: KIND,
			id: product.productId,
			expectedVersion: 0,
			state: { position: index + 1, product } satisfies ProductRecord,
			events: [],
			commands: [],
		})),
	);
	if (results.some(({ status }) => status === "unknown")) throw new Error("The catalogue could not be written.");
}

/** Every product of the store, in catalogue order. */
export async function loadProducts(store: Store): Promise<readonly ProductView[]> {
	const documents = await store.find<ProductRecord>(KIND, { direction: "asc", limit: PRODUCTS_MAX });
	return documents
		.map(({ state }) => state)
		.toSorted((left, right) => left.position - right.position)
		.map(({ product }) => product);
}
