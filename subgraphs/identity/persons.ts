// A person as the graph shows one: a user of the ledger, or somebody who only registered so far.
import type { RowOf } from "../../platform/reads.js";
import type { Context } from "../context.js";

export type User = RowOf<"User">;
export type Registration = RowOf<"Registration">;

/** Columns of the user are absent while the ledger has none; `kept` is what a resolver has read already. */
export type Person = Partial<User> & { readonly id: string; readonly kept?: Registration };

export const registrant = (registration: Registration): Person => ({
  ...{ id: registration.id, nationality: registration.nationality },
  kept: registration,
});

export async function personOf(id: string, { rows }: Pick<Context, "rows">): Promise<Person | null> {
  const user = await rows.one("User", id);
  if (user) return user;
  const registration = await rows.one("Registration", id);
  return registration && registrant(registration);
}

export const registrationOf = ({ id, kept }: Person, { rows }: Pick<Context, "rows">): Promise<Registration | null> =>
  kept ? Promise.resolve(kept) : rows.one("Registration", id);

/** The users of these ids, in their order. */
export const usersOf = (ids: readonly string[], { rows }: Pick<Context, "rows">) =>
  ids.map((id) => rows.one("User", id));
