// Objects that are there in every sound state: their absence is a defect, never a refusal.
import type { ParameterValues } from "../catalogue/parameters.js";
import type { State } from "./overlay.js";
import { keys, type Account } from "./state.js";

/** The parameters of a bootstrapped system. */
export async function parametersOf(state: State): Promise<ParameterValues> {
  const parameters = await state.get(keys.parameters);
  if (!parameters) throw new Error("the parameters do not exist");
  return parameters;
}

/** The account of somebody who is known to have one. */
export async function accountOf(state: State, accountId: string): Promise<Account> {
  const account = await state.get(keys.account(accountId));
  if (!account) throw new Error(`account ${accountId} does not exist`);
  return account;
}
