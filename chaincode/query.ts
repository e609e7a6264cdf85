// `gx:query`: state objects for reconciliation and receipts (protocol.md 15). It reads; it never reads more than 1,000 keys of a range.
// Anyone of the operator MSP may ask, without a role and while the system is paused.
import type { Context } from "fabric-contract-api";
import { describeCatalogue } from "../catalogue/description.js";
import { slotsOf } from "../catalogue/economy.js";
import {
  account,
  country,
  faultsOf,
  hash,
  int,
  optional,
  record,
  uuid,
  type Fields,
  type RecordOf,
} from "../catalogue/language.js";
import { wireQuery } from "../catalogue/wire.js";
import { parseArgument } from "./batch.js";
import { Fault } from "./fault.js";
import { accountWithBalance, pageOfDeltas, supply } from "./holdings.js";
import { newOverlay, type State } from "./overlay.js";
import { assertOperator } from "./signer.js";
import { keys } from "./state.js";
import { chaincodeVersion } from "./version.js";

type Query = (state: State, args: unknown) => Promise<unknown>;

/** Parses the arguments of a query, then answers it. */
function query<const F extends Fields>(fields: F, find: (state: State, args: RecordOf<F>) => Promise<unknown>): Query {
  const { zod } = record("Arguments", fields);
  return async (state, args) => {
    const parsed = zod.safeParse(args);
    if (parsed.success) return find(state, parsed.data);
    const faults = faultsOf(parsed.error).map(({ path, message }) => `args.${path} ${message}`);
    throw new Fault("QUERY_INVALID", faults.join("; "));
  };
}

const described = describeCatalogue(chaincodeVersion);

const queries: Readonly<Record<string, Query>> = {
  systemStatus: query({}, systemWithCountries),
  parameters: query({}, (state) => state.get(keys.parameters)),
  country: query({ code: country() }, countryWithSlots),
  account: query({ accountId: account("user", "organization", "treasury", "system", "counter") }, accountWithBalance),
  deltas: query(
    { accountId: account("treasury", "system", "counter"), pageSize: int(1, 100), bookmark: optional(hash()) },
    pageOfDeltas,
  ),
  user: query({ userId: uuid() }, (state, { userId }) => state.get(keys.user(userId))),
  trust: query({ userId: uuid() }, (state, { userId }) => state.get(keys.trust(userId))),
  relationship: query({ relationshipId: uuid() }, (state, { relationshipId }) =>
    state.get(keys.relationship(relationshipId)),
  ),
  recoverySession: query({ sessionId: uuid() }, (state, { sessionId }) => state.get(keys.recovery(sessionId))),
  loan: query({ loanId: uuid() }, (state, { loanId }) => state.get(keys.loan(loanId))),
  organization: query({ organizationId: uuid() }, (state, { organizationId }) =>
    state.get(keys.organization(organizationId)),
  ),
  multiSigTx: query({ multiSigTxId: uuid() }, (state, { multiSigTxId }) => state.get(keys.multiSigTx(multiSigTxId))),
  proposal: query({ proposalId: uuid() }, (state, { proposalId }) => state.get(keys.proposal(proposalId))),
  vote: query({ proposalId: uuid(), voterId: uuid() }, (state, { proposalId, voterId }) =>
    state.get(keys.vote(proposalId, voterId)),
  ),
  receipt: query({ commandId: uuid() }, (state, { commandId }) => state.get(keys.receipt(commandId))),
  supply: query({}, supply),
  catalogue: query({}, () => Promise.resolve(described)),
};

/**
 * Answers one query.
 * @returns the object, or null where there is none
 * @throws Fault SIGNER_NOT_ALLOWED; QUERY_INVALID, which names every wrong argument
 */
export async function answer({ clientIdentity, stub }: Context, args: readonly string[]): Promise<unknown> {
  assertOperator(clientIdentity);
  const asked = parseArgument("QUERY_INVALID", wireQuery, args);
  const found = Object.hasOwn(queries, asked.name) ? queries[asked.name] : undefined;
  if (found) return (await found(newOverlay(stub), asked.args)) ?? null;
  const known = Object.keys(queries).join(", ");
  throw new Fault("QUERY_INVALID", `no query is named ${JSON.stringify(asked.name)}; there are ${known}`);
}

async function systemWithCountries(state: State) {
  const system = await state.get(keys.system);
  return system && { ...system, countries: await state.get(keys.countries) };
}

async function countryWithSlots(state: State, { code }: { code: string }) {
  const found = await state.get(keys.country(code));
  const slots = await state.get(keys.slots(code));
  return found && { ...found, slots: { total: slotsOf(found.units), used: slots?.used } };
}
