// Rules about coins (protocol.md 4).
import type { Catalogue } from "../catalogue/index.js";
import { pay } from "./payment.js";
import type { RulesOf } from "./rule.js";

export const tokenomics = {
  async transfer(ledger, { to, amount, remark }, { actor, refuse, emits }) {
    if (to === actor) throw refuse("SELF_ACTION");
    const paid = await pay(ledger, { from: actor, to, amount: BigInt(amount), remark, multiSigTxId: null });
    if (typeof paid === "string") throw refuse(paid);
    return emits(...paid);
  },
} satisfies RulesOf<Catalogue["tokenomics"]>;
