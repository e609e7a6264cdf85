// A store that tells what it changed: the submitter's own share of live updates, next to the projector's.
// Never tells before the row says so.
import type { Updates } from "../../platform/updates.js";
import type { Store } from "./store.js";

/** `store`, with every change of a command told to `updates`. */
export function telling(store: Store, { tell }: Pick<Updates, "tell">): Store {
  return {
    ...store,
    submitted: async (rows, txId) => {
      const noted = await store.submitted(rows, txId);
      tell({ commands: rows.map(({ id }) => id) });
      return noted;
    },
    waits: async (ids, reason) => {
      await store.waits(ids, reason);
      tell({ commands: ids });
    },
    counted: async (row, reason) => {
      const failures = await store.counted(row, reason);
      if (failures !== undefined) tell({ commands: [row.id] });
      return failures;
    },
    failed: async (row, reason) => {
      const given = await store.failed(row, reason);
      if (given) tell({ commands: [row.id] });
      return given;
    },
  };
}
