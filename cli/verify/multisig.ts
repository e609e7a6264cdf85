// Payments of multi-signature transactions, looked at by execution (protocol.md 17, 16): each is paid once, when it is executed.
import type { WireEvent } from "../../catalogue/wire.js";
import type { Must } from "./invariants/invariant.js";
import type { State } from "./state.js";

/** Looks at the events of one command after they are folded; remembers what was paid before. */
export function newMultiSigLook({ rows }: Pick<State, "rows">, must: Must): (events: readonly WireEvent[]) => void {
  const paid = new Set<unknown>();
  return (events) => {
    const executed = events.filter(({ name }) => name === "MultiSigTxExecuted").map((told) => told["multiSigTxId"]);
    const transfers = events.filter((told) => told.name === "TransferCompleted" && told["multiSigTxId"] !== null);
    for (const id of executed) {
      const transfer = transfers.find((told) => told["multiSigTxId"] === id);
      const row = rows.multi_sig_tx.get(String(id));
      const asAsked =
        transfer?.["from"] === `org_${row?.["organization_id"]}` &&
        transfer["to"] === row?.["to_id"] &&
        transfer["amount"] === row?.["amount"];
      must(16, asAsked, `${id} was executed, but not paid as it was approved`);
    }
    for (const { multiSigTxId: id } of transfers) {
      must(16, executed.includes(id), `${id} was paid without being executed`);
      must(16, !paid.has(id), `${id} was paid twice`);
      paid.add(id);
    }
  };
}
