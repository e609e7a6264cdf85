// Organizations, their rules and multi-signature transactions; the lists of what a user takes part in.
import type { RowOf } from "../../platform/reads.js";
import type { Context } from "../context.js";
import { byId, given, page, reference, row, to, toAll } from "../entities.js";

type Organization = RowOf<"Organization">;
type MultiSigTx = RowOf<"MultiSigTx">;
interface Named {
  readonly id: string;
}

/** By their thresholds. */
async function rulesOf({ id }: Organization, _: unknown, { rows }: Context): Promise<readonly RowOf<"AuthRule">[]> {
  const rules = await rows.group("AuthRule", id);
  return [...rules].sort((a, b) => (a.amountAbove < b.amountAbove ? -1 : 1));
}

async function ofOrganization({ organizationId }: MultiSigTx, sub: string, { rows }: Context): Promise<boolean> {
  return (await rows.one("Organization", organizationId))?.stakeholders.includes(sub) ?? false;
}

export const organization = {
  persons: {
    User: { concerns: ({ id }: Named, sub: string) => id === sub },
    Organization: { concerns: ({ stakeholders }: Organization, sub: string) => stakeholders.includes(sub) },
    MultiSigTx: { concerns: ofOrganization },
  },
  resolvers: {
    Query: {
      organization: byId("Organization"),
      organizations: page("Organization", {
        order: "position",
        where: (_, { type, status, country }) => given({ type, status, country }),
      }),
      multiSigTx: byId("MultiSigTx"),
    },
    Organization: {
      ...reference("Organization", "Organization"),
      country: to("Country", "country"),
      stakeholders: toAll("User", "stakeholders"),
      endorsements: toAll("User", "endorsements"),
      rules: rulesOf,
      multiSigTxs: page<"MultiSigTx", Organization>("MultiSigTx", {
        order: "position",
        where: ({ id }, { status }) => ({ organizationId: id, ...given({ status }) }),
        scope: ({ id }) => id,
      }),
    },
    AuthRule: { approverGroup: toAll("User", "approverGroup") },
    MultiSigTx: {
      ...reference("MultiSigTx", "MultiSigTx"),
      organization: row("Organization", "organizationId"),
      initiator: to("User", "initiatorId"),
      to: to("Wallet", "toId"),
      approverGroup: toAll("User", "approverGroup"),
      approvals: toAll("User", "approvals"),
    },
    User: {
      organizations: page<"Stakeholder", Named>("Stakeholder", {
        order: "position",
        where: ({ id }) => ({ userId: id }),
        scope: ({ id }) => id,
        node: ({ organizationId }, { rows }) => rows.one("Organization", organizationId),
      }),
      approvalsWaiting: page<"Approval", Named>("Approval", {
        order: "position",
        where: ({ id }) => ({ userId: id, waiting: true }),
        scope: ({ id }) => id,
        node: ({ multiSigTxId }, { rows }) => rows.one("MultiSigTx", multiSigTxId),
      }),
    },
  },
};
