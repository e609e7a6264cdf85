// The contracts that peers run, and one more that reaches what no command of this version reaches: organizations that pay,
// range reads and deletions of the overlay. It is bundled and served like the others.
import { Contract, type Context } from "fabric-contract-api";
import { newAccounts } from "../../chaincode/accounts.js";
import { contracts as served } from "../../chaincode/index.js";
import { newOverlay } from "../../chaincode/overlay.js";
import { pay } from "../../chaincode/payment.js";
import type { Key } from "../../chaincode/state.js";

/** One step on an overlay; all but the reads answer null. */
export type Step =
  | { readonly do: "get" | "written" | "delete"; readonly key: string }
  | { readonly do: "put"; readonly key: string; readonly value: unknown }
  | { readonly do: "range"; readonly from: string; readonly to: string; readonly limit: number }
  | { readonly do: "keep" | "rollBack" | "flush" }
  | { readonly do: "credit" | "debit"; readonly accountId: string; readonly amount: string };

const asKey = (key: string) => key as Key<unknown>;

class Probe extends Contract {
  constructor() {
    super("probe");
  }

  /** Pays as an executed multi-signature transaction would: events, or the code of the failure. */
  async pay({ stub }: Context, ...[argument]: string[]): Promise<string> {
    const { from, to, amount } = JSON.parse(argument ?? "") as { from: string; to: string; amount: string };
    const overlay = newOverlay(stub);
    const accounts = newAccounts(overlay, { txId: stub.getTxID(), position: 0, now: 1 });
    const payment = { from, to, amount: BigInt(amount), remark: null, multiSigTxId: null };
    const paid = await pay({ ...overlay, accounts }, payment);
    overlay.keep();
    await overlay.flush();
    return JSON.stringify(paid);
  }

  /** Runs steps on one overlay and returns what each answered. */
  async run({ stub }: Context, ...[argument]: string[]): Promise<string> {
    const overlay = newOverlay(stub);
    const accounts = newAccounts(overlay, { txId: stub.getTxID(), position: 0, now: 1 });
    const act = (step: Step): unknown => {
      switch (step.do) {
        case "get":
        case "written":
          return overlay[step.do](asKey(step.key));
        case "put":
          return overlay.put(asKey(step.key), step.value);
        case "delete":
          return overlay.delete(asKey(step.key));
        case "range":
          return overlay.range({ from: asKey(step.from), to: asKey(step.to) }, step.limit);
        case "credit":
          return accounts.creditAny(step.accountId, BigInt(step.amount));
        case "debit":
          return accounts.debit(step.accountId, BigInt(step.amount));
        case "keep":
        case "rollBack":
        case "flush":
          return overlay[step.do]();
      }
    };
    const answers: unknown[] = [];
    for (const step of JSON.parse(argument ?? "") as Step[]) answers.push((await act(step)) ?? null);
    return JSON.stringify(answers);
  }
}

export const contracts = [...served, Probe];
