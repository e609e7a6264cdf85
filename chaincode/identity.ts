// Rules about persons (protocol.md 7): who is on the ledger, and who may ask there.
import type { Catalogue } from "../catalogue/index.js";
import { identity as happened } from "../catalogue/events/identity.js";
import { distribute, genesisFor } from "./genesis.js";
import { recovery } from "./recovery.js";
import { relationships } from "./relationships.js";
import type { RulesOf } from "./rule.js";
import { keys } from "./state.js";
import { firstTrust, scoreOf } from "./trust.js";

export const identity = {
  async createUser(ledger, { userId, biometricHash, nationality, ageYears }, { now, refuse, emits }) {
    if (await ledger.get(keys.user(userId))) throw refuse("ALREADY_EXISTS");
    if (await ledger.get(keys.biometric(biometricHash))) throw refuse("BIOMETRIC_IN_USE");
    const country = await ledger.get(keys.country(nationality));
    if (!country) throw refuse("COUNTRY_NOT_INITIALIZED");

    const genesis = await genesisFor(ledger, country, ageYears);
    const person = { userId, nationality, ageYears };
    ledger.put(keys.user(userId), {
      ...{ ...person, biometricHash, status: "ACTIVE", guardians: [] },
      ...{ genesisPhase: genesis.phase, createdAt: now },
    });
    ledger.put(keys.biometric(biometricHash), userId);
    ledger.put(keys.trust(userId), firstTrust);
    ledger.accounts.open({ accountId: userId, kind: "USER", country: nationality });
    const given = await distribute(ledger, genesis, person);
    return emits(
      happened.UserCreated({
        ...{ ...person, status: "ACTIVE", trustScore: scoreOf(firstTrust) },
        genesisOutcome: genesis.outcome,
      }),
      ...ledger.accounts.changed(),
      ...given,
      ...ledger.accounts.credited(),
    );
  },

  async lockUser(ledger, { userId, reason }, { refuse, emits }) {
    const user = await ledger.get(keys.user(userId));
    if (!user) throw refuse("NOT_FOUND");
    if (user.status !== "ACTIVE") throw refuse("WRONG_STATE");
    ledger.put(keys.user(userId), { ...user, status: "LOCKED" });
    return emits(happened.UserLocked({ userId, reason }));
  },

  async unlockUser(ledger, { userId }, { actor, refuse, emits }) {
    const user = await ledger.get(keys.user(userId));
    if (!user) throw refuse("NOT_FOUND");
    if (userId === actor) throw refuse("SELF_ACTION");
    if (user.status !== "LOCKED") throw refuse("WRONG_STATE");
    ledger.put(keys.user(userId), { ...user, status: "ACTIVE" });
    return emits(happened.UserUnlocked({ userId }));
  },

  ...relationships,
  ...recovery,
} satisfies RulesOf<Catalogue["identity"]>;
