// Persons and how many live where, their relationships, guardians and recoveries, and their way to the ledger.
import type { RowOf } from "../../platform/reads.js";
import type { Context } from "../context.js";
import { byId, given, page, reference, row, to, type Resolver } from "../entities.js";
import { personOf, registrant, usersOf, type Person } from "./persons.js";
import { mutations, registration, told } from "./registration.js";

type Relationship = RowOf<"Relationship">;
type RecoverySession = RowOf<"RecoverySession">;

/** That the time of a session is over is written nowhere. */
const recoveryStatus = ({ status, expiresAt }: RecoverySession) =>
  status === "OPEN" && expiresAt.getTime() <= Date.now() ? "EXPIRED" : status;

/** In the order in which they confirmed. */
async function confirmationsOf({ id }: RecoverySession, _: unknown, context: Context) {
  const confirmed = [...(await context.rows.group("RecoveryConfirmation", id))];
  confirmed.sort((a, b) => (a.position < b.position ? -1 : 1));
  return usersOf(
    confirmed.map(({ guardianId }) => guardianId),
    context,
  );
}

const lists = {
  relationships: page<"RelationshipParty", Person>("RelationshipParty", {
    order: "position",
    where: ({ id }, { status }) => ({ userId: id, ...given({ status }) }),
    scope: ({ id }) => id,
    node: ({ relationshipId }, { rows }) => rows.one("Relationship", relationshipId),
  }),
  guardianOf: page<"Guardian", Person>("Guardian", {
    order: "position",
    where: ({ id }) => ({ guardianId: id, active: true }),
    scope: ({ id }) => id,
    node: ({ userId }, { rows }) => rows.one("User", userId),
  }),
  recoverySessions: page<"RecoverySession", Person>("RecoverySession", {
    order: "position",
    where: ({ id }) => ({ userId: id }),
    scope: ({ id }) => id,
  }),
};

export const identity = {
  persons: {
    User: { concerns: ({ id }: Person, sub: string) => id === sub },
    Relationship: {
      concerns: ({ subjectId, objectId }: Relationship, sub: string) => subjectId === sub || objectId === sub,
    },
    RecoverySession: {
      concerns: ({ userId, guardians }: RecoverySession, sub: string) => userId === sub || guardians.includes(sub),
    },
  },
  resolvers: {
    Query: {
      me: (_: unknown, _args: unknown, context: Context) => personOf(context.caller.sub ?? "", context),
      user: (_: unknown, { id }: { id: string }, context: Context) => personOf(id, context),
      users: page("User", { order: "position", where: (_, { status, nationality }) => given({ status, nationality }) }),
      pendingApprovals: page("Registration", {
        order: "place",
        // Whom a partner brought onto the ledger meanwhile, nobody has to approve.
        where: () => ({ state: "PENDING_ADMIN_APPROVAL", user: { is: null } }),
        scope: () => "pending",
        node: registrant,
      }),
      relationship: byId("Relationship"),
      recoverySession: byId("RecoverySession"),
    },
    Mutation: mutations,
    User: {
      __resolveReference: ((known: { id: string }, context: Context) =>
        personOf(known.id, context)) as unknown as Resolver,
      nationality: to("Country", "nationality"),
      trust: (person: Person) => (person.trustScore === undefined ? null : person),
      guardians: ({ guardians = [] }: Person, _: unknown, context: Context) => usersOf(guardians, context),
      ...lists,
      ...told,
    },
    Relationship: {
      ...reference("Relationship", "Relationship"),
      subject: row("User", "subjectId"),
      object: row("User", "objectId"),
    },
    RecoverySession: {
      ...reference("RecoverySession", "RecoverySession"),
      user: row("User", "userId"),
      initiator: row("User", "initiatorId"),
      guardians: ({ guardians }: RecoverySession, _: unknown, context: Context) => usersOf(guardians, context),
      confirmations: confirmationsOf,
      status: recoveryStatus,
    },
    Registration: registration,
    Country: {
      residents: async ({ code }: { code: string }, _: unknown, { rows }: Context) =>
        (await rows.one("Residence", code))?.residents ?? 0,
    },
  },
};
