// Rules about guardians and the recovery of a user's access (protocol.md 7.4). They work for a LOCKED user too.
// The new biometric hash stands in the session and in no event.
import type { Catalogue } from "../catalogue/index.js";
import { identity as happened } from "../catalogue/events/identity.js";
import type { State } from "./overlay.js";
import type { RulesOf } from "./rule.js";
import { keys } from "./state.js";

type Ruled = "nominateGuardians" | "initiateRecovery" | "confirmRecovery" | "cancelRecovery";

export const recovery = {
  async nominateGuardians(ledger, { guardians }, { actor, now, refuse, emits }) {
    if (guardians.includes(actor)) throw refuse("SELF_ACTION");
    if (await isRecovering(ledger, actor, now)) throw refuse("RECOVERY_OPEN");
    const named = await Promise.all(guardians.map((guardian) => ledger.get(keys.user(guardian))));
    if (named.includes(undefined)) throw refuse("NOT_FOUND");
    if (named.some((guardian) => guardian?.status !== "ACTIVE")) throw refuse("USER_NOT_ACTIVE");

    ledger.put(keys.user(actor), { ...(await userOf(ledger, actor)), guardians });
    return emits(happened.GuardiansNominated({ userId: actor, guardians }));
  },

  async initiateRecovery(ledger, { userId, newBiometricHash }, { id: sessionId, actor, now, refuse, emits }) {
    const user = await ledger.get(keys.user(userId));
    if (!user) throw refuse("NOT_FOUND");
    const { guardians } = user;
    if (!guardians.includes(actor)) throw refuse("ACTOR_NOT_ALLOWED");
    if (await isRecovering(ledger, userId, now)) throw refuse("RECOVERY_OPEN");
    if (await ledger.get(keys.biometric(newBiometricHash))) throw refuse("BIOMETRIC_IN_USE");

    const required = Number(BigInt(guardians.length) / 2n) + 1;
    const expiresAt = now + (await recoveryPeriod(ledger));
    ledger.put(keys.recovery(sessionId), {
      ...{ sessionId, userId, newBiometricHash, guardians, confirmations: [actor], required },
      ...{ status: "OPEN", openedAt: now, expiresAt },
    });
    ledger.put(keys.openRecovery(userId), sessionId);
    return emits(happened.RecoveryInitiated({ sessionId, userId, initiatorId: actor, guardians, required, expiresAt }));
  },

  async confirmRecovery(ledger, { sessionId }, { actor, now, refuse, emits }) {
    const session = await ledger.get(keys.recovery(sessionId));
    if (!session) throw refuse("NOT_FOUND");
    const { userId, newBiometricHash, required } = session;
    if (!session.guardians.includes(actor)) throw refuse("ACTOR_NOT_ALLOWED");
    if (session.status !== "OPEN") throw refuse("WRONG_STATE");
    if (now >= session.expiresAt) throw refuse("RECOVERY_EXPIRED");
    if (session.confirmations.includes(actor)) throw refuse("ALREADY_ACTED");

    const confirmations = [...session.confirmations, actor];
    const confirmed = happened.RecoveryConfirmed({
      ...{ sessionId, guardianId: actor, confirmations: confirmations.length, required },
    });
    if (confirmations.length < required) {
      ledger.put(keys.recovery(sessionId), { ...session, confirmations });
      return emits(confirmed);
    }
    if (await ledger.get(keys.biometric(newBiometricHash))) throw refuse("BIOMETRIC_IN_USE");
    ledger.put(keys.recovery(sessionId), { ...session, confirmations, status: "COMPLETED" });
    // The old hash keeps its key: it belongs to this user for ever.
    ledger.put(keys.biometric(newBiometricHash), userId);
    ledger.put(keys.user(userId), { ...(await userOf(ledger, userId)), biometricHash: newBiometricHash });
    return emits(confirmed, happened.RecoveryCompleted({ sessionId, userId }));
  },

  async cancelRecovery(ledger, { sessionId }, { actor, now, refuse, emits }) {
    const session = await ledger.get(keys.recovery(sessionId));
    if (!session) throw refuse("NOT_FOUND");
    if (session.userId !== actor) throw refuse("ACTOR_NOT_ALLOWED");
    if (session.status !== "OPEN") throw refuse("WRONG_STATE");
    if (now >= session.expiresAt) throw refuse("RECOVERY_EXPIRED");

    ledger.put(keys.recovery(sessionId), { ...session, status: "CANCELLED" });
    return emits(happened.RecoveryCancelled({ sessionId, userId: actor }));
  },
} satisfies Pick<RulesOf<Catalogue["identity"]>, Ruled>;

async function isRecovering(state: State, userId: string, now: number): Promise<boolean> {
  const last = await state.get(keys.openRecovery(userId));
  const session = last === undefined ? undefined : await state.get(keys.recovery(last));
  return session?.status === "OPEN" && now < session.expiresAt;
}

async function userOf(state: State, userId: string) {
  const user = await state.get(keys.user(userId));
  if (!user) throw new Error(`user ${userId} does not exist`);
  return user;
}

async function recoveryPeriod(state: State): Promise<number> {
  const parameters = await state.get(keys.parameters);
  if (!parameters) throw new Error("the parameters do not exist");
  return parameters.recoveryPeriodSeconds;
}
