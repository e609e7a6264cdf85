// What transfers cost: the fee schedule with its present rates, and quotes. What the velocity tax took, and how it stands.
import { feeLineOf, feeOf, feeSchedule, type FeeKind, type FeeLine, type FeeScope } from "../../catalogue/economy.js";
import { account, faultsOf, type Fault } from "../../catalogue/language.js";
import type { RowOf } from "../../platform/reads.js";
import { connection, type Connection, type PageArguments } from "../connections.js";
import type { Context } from "../context.js";
import { page, reference, row, to } from "../entities.js";
import { invalidInput, notFound } from "../errors.js";
import { holdersIn } from "../holders.js";
import { rateNow, taxDue, taxStatus } from "./velocity.js";

/** Rate of a line in basis points; 0 where it has no parameter or the system is not bootstrapped. */
const rateOf = async ({ parameterId }: FeeLine, context: Context): Promise<number> =>
  parameterId === null ? 0 : rateNow(context, parameterId);

interface Quoted {
  readonly kind: FeeKind;
  readonly scope?: FeeScope | null;
  readonly amount: string;
}

/** @throws INVALID_INPUT where kind and scope do not fit: EXEMPT alone has no scope. */
async function quoteFee(_: unknown, { kind, scope = null, amount }: Quoted, context: Context) {
  const qirat = BigInt(amount);
  const line = feeLineOf(kind, scope, qirat);
  const message = kind === "EXEMPT" ? "must be absent for EXEMPT" : "must be given";
  if (!line) throw invalidInput([{ path: "scope", message }]);
  const rateBps = await rateOf(line, context);
  const fee = feeOf(qirat, rateBps);
  return { kind, scope, rateBps, fee, total: qirat + fee };
}

interface Transfer {
  readonly to: string;
  readonly amount: string;
}

async function quoteTransfer(_: unknown, { to, amount }: Transfer, context: Context) {
  const parsed = account().zod.safeParse(to);
  if (!parsed.success) throw invalidInput(faultsOf(parsed.error).map((fault): Fault => ({ ...fault, path: "to" })));
  const sender = await context.rows.one("TaxAccount", context.caller.sub ?? "");
  if (!sender) throw notFound("account of the caller");
  if (/^(treasury_|SYSTEM_)/.test(to)) return quoteFee(_, { kind: "EXEMPT", amount }, context);
  const receiver = await context.rows.one("TaxAccount", to);
  if (!receiver) throw notFound("account");
  const scope = sender.country === receiver.country ? "LOCAL" : "CROSS_BORDER";
  return quoteFee(_, { kind: kindOf(receiver), scope, amount }, context);
}

/** What a person's transfer to this account is. */
function kindOf({ organizationType }: RowOf<"TaxAccount">): FeeKind {
  if (organizationType === null) return "P2P";
  return organizationType === "GOVERNMENT" ? "GOVERNMENT" : "MERCHANT";
}

const pays = holdersIn("TaxpayerPersons");

const ofAccount = (idOf: (subject: never) => string) => ({
  concerns: (subject: never, sub: string, context: Context) => pays(idOf(subject), sub, context),
});

interface Account extends PageArguments {
  readonly walletId: string;
}

/** Null where nobody can be taxed under this id. */
async function taxAssessments(_: unknown, { walletId, ...paging }: Account, context: Context) {
  if (!(await context.rows.one("TaxAccount", walletId))) return null;
  const where = { accountId: walletId };
  const list = { model: "TaxAssessment", where, order: "position", scope: `TaxAssessment:${walletId}` } as const;
  return connection(context, list, paging);
}

export const tax = {
  persons: {
    User: ofAccount(({ id }: { id: string }) => id),
    Organization: ofAccount(({ id }: { id: string }) => `org_${id}`),
    TaxStatus: ofAccount(({ id }: RowOf<"TaxAccount">) => id),
    TaxAssessment: ofAccount(({ accountId }: RowOf<"TaxAssessment">) => accountId),
    TaxAssessmentConnection: ofAccount(({ list }: Connection<"TaxAssessment">) => list.where.accountId as string),
  },
  resolvers: {
    Query: {
      ...{ quoteFee, quoteTransfer, feeSchedule: () => feeSchedule, taxAssessments, taxDue },
      redistributions: page("Redistribution", { order: "position" }),
    },
    TaxAssessment: { ...reference("TaxAssessment", "TaxAssessment"), wallet: to("Wallet", "accountId") },
    Redistribution: reference("Redistribution", "Redistribution"),
    TaxStatus: { ...taxStatus, wallet: to("Wallet", "id") },
    User: { taxStatus: row("TaxAccount", "id") },
    Organization: {
      taxStatus: ({ id }: { id: string }, _: unknown, { rows }: Context) => rows.one("TaxAccount", `org_${id}`),
    },
    FeeLine: { rateBps: (line: FeeLine, _: unknown, context: Context) => rateOf(line, context) },
  },
};
