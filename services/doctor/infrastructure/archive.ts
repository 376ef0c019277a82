import { changeRecord } from "../../../mixins/scheduler/records.ts";
import type { Store } from "../../../mixins/store/port.ts";
import type { Archive } from "../application/practice.ts";
import type { Examination } from "../contract.ts";

const KIND = "doctor-examination";
const LAST = "last";

/** One record: the newest examination. A damaged one is none; the next takes its place. */
export function createArchive(store: Store): Archive {
	store.define({ kind: KIND });
	return {
		read: async () => (await store.load<Examination>(KIND, LAST).catch(() => null))?.state ?? null,
		async write(examination) {
			await changeRecord<Examination>(store, KIND, LAST, () => examination);
		},
	};
}
