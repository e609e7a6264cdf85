// What has to happen on a ledger for every table of the read models to have a row, one part for each domain that needs more
// than users and transfers: suites that plant faults in whatever column look there.
import { randomUUID } from "node:crypto";
import { ADMIN, type Asked, type GxLedger } from "../projector/ledger.js";

export async function fillEveryTable(ledger: GxLedger): Promise<void> {
  await relateAndRecover(ledger);
}

const asked = (actor: string, command: string, input: Asked["input"], id: string = randomUUID()): Asked => ({
  ...{ id, actor, command, input },
});

/** Relationships in every state, guardians that were replaced, a recovery that is complete, a user who is locked. */
async function relateAndRecover({ execute, user }: GxLedger): Promise<void> {
  const [a, b, c, d, e] = [await user(), await user(), await user(), await user(), await user()];
  const [parent, rejected, session] = [randomUUID(), randomUUID(), randomUUID()];
  await execute(
    asked(a, "identity.requestRelationship", { objectId: b, type: "PARENT" }, parent),
    asked(b, "identity.confirmRelationship", { relationshipId: parent }),
    asked(c, "identity.requestRelationship", { objectId: a, type: "FRIEND" }, rejected),
    asked(c, "identity.rejectRelationship", { relationshipId: rejected }),
    asked(c, "identity.requestRelationship", { objectId: b, type: "FRIEND" }),
  );
  await execute(
    asked(a, "identity.nominateGuardians", { guardians: [b, c, d] }),
    asked(a, "identity.nominateGuardians", { guardians: [c, d, e] }),
    asked(
      e,
      "identity.initiateRecovery",
      { userId: a, newBiometricHash: session.replaceAll("-", "").repeat(2) },
      session,
    ),
    asked(d, "identity.confirmRecovery", { sessionId: session }),
  );
  await execute(asked(ADMIN, "identity.lockUser", { userId: a, reason: "COURT_ORDER" }));
}
