// Who is concerned by an account: its user, or the stakeholders of its organization. Each domain asks its own table.
import type { Context } from "./context.js";

/** Nothing is read for the account of a user. */
export const holdersIn =
  (model: "AccountPersons" | "TaxpayerPersons") =>
  (accountId: string, sub: string, { rows }: Context): boolean | Promise<boolean> =>
    accountId === sub ||
    (accountId.startsWith("org_") && rows.one(model, accountId).then((found) => found?.persons.includes(sub) ?? false));
