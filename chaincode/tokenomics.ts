// Rules about coins (protocol.md 4).
import type { Catalogue } from "../catalogue/index.js";
import { distribute, genesisFor } from "./genesis.js";
import { pay } from "./payment.js";
import type { RulesOf } from "./rule.js";
import { keys } from "./state.js";
import { wallets } from "./wallets.js";

export const tokenomics = {
  ...wallets,

  async transfer(ledger, { to, amount, remark }, { actor, refuse, emits }) {
    if (to === actor) throw refuse("SELF_ACTION");
    const paid = await pay(ledger, { from: actor, to, amount: BigInt(amount), remark, multiSigTxId: null });
    if (typeof paid === "string") throw refuse(paid);
    return emits(...paid);
  },

  async distributeGenesis(ledger, { userId, ageYears }, { actor, refuse, emits }) {
    const user = await ledger.get(keys.user(userId));
    if (!user) throw refuse("NOT_FOUND");
    if (userId === actor) throw refuse("SELF_ACTION");
    if (user.genesisPhase !== null) throw refuse("GENESIS_ALREADY_DISTRIBUTED");
    if (ageYears < user.ageYears) throw refuse("AGE_NOT_ELIGIBLE");
    const country = await ledger.get(keys.country(user.nationality));
    if (!country) throw new Error(`country ${user.nationality} does not exist`);
    const genesis = await genesisFor(ledger, country, ageYears);
    if (genesis.outcome !== "DISTRIBUTED") throw refuse(genesis.outcome);

    ledger.put(keys.user(userId), { ...user, ageYears, genesisPhase: genesis.phase });
    const given = await distribute(ledger, genesis, { userId, nationality: user.nationality, ageYears });
    return emits(...given, ...ledger.accounts.changed(), ...ledger.accounts.credited());
  },
} satisfies RulesOf<Catalogue["tokenomics"]>;
