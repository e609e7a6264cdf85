// Judges a batch: signer, receipts, the common checks in their order, then the rule of each command (protocol.md 1.5).
// It knows no rule's content; what a rule may do is said by its catalogue entry.
import type { Context } from "fabric-contract-api";
import { commandOf, type Catalogue, type FurnishedDomain } from "../catalogue/index.js";
import type { AnyCommand, Happened, Named } from "../catalogue/language.js";
import { refusals, type RefusalCode } from "../catalogue/refusals.js";
import type { SigningRole } from "../catalogue/roles.js";
import { WIRE_VERSION, type WireCommand, type WireOutcome, type WireOutcomes } from "../catalogue/wire.js";
import { newAccounts, type Balances, type Deltas } from "./accounts.js";
import { admin } from "./admin.js";
import { parseBatch } from "./batch.js";
import { governance } from "./governance.js";
import { identity } from "./identity.js";
import { loanpool } from "./loanpool.js";
import { organization } from "./organization.js";
import { newOverlay, type Overlay, type State } from "./overlay.js";
import { Refusal, type Asked, type RulesOf } from "./rule.js";
import { signingRole } from "./signer.js";
import { keys, type Receipt, type Result } from "./state.js";
import { tax } from "./tax.js";
import { tokenomics } from "./tokenomics.js";

const rules: { readonly [D in FurnishedDomain]: RulesOf<Catalogue[D]> } = {
  ...{ identity, admin, tokenomics, organization, loanpool, governance, tax },
};

// A table of all rules forgets what each may do: the types of a single rule have checked that.
type AnyRule = (
  ledger: State & { readonly accounts: Balances & Deltas },
  input: unknown,
  asked: Asked<AnyCommand>,
) => Promise<readonly Happened[]>;
const ruleOf = ({ domain, mutation }: Named<AnyCommand>): AnyRule => {
  const rule = (rules as unknown as Readonly<Record<string, Readonly<Record<string, AnyRule>>>>)[domain]?.[mutation];
  if (!rule) throw new Error(`${domain}.${mutation} has no rule`);
  return rule;
};

const RUNS_BEFORE_BOOTSTRAP = ["admin.bootstrapSystem"];
const RUNS_WHILE_PAUSED = ["admin.pauseSystem", "admin.resumeSystem"];

/** One transaction in hand. */
interface Transaction {
  readonly overlay: Overlay;
  readonly role: SigningRole;
  readonly txId: string;
  /** Unix seconds. */
  readonly now: number;
}

/**
 * Runs a batch against the state.
 * @returns the outcomes, and the overlay that holds the writes: nothing is flushed yet.
 * @throws Fault SIGNER_NOT_ALLOWED, BATCH_INVALID
 */
export async function judge(context: Context, args: readonly string[]): Promise<[WireOutcomes, Overlay]> {
  const role = signingRole(context.clientIdentity);
  const { commands } = parseBatch(args);
  const overlay = newOverlay(context.stub);
  const transaction = { overlay, role, txId: context.stub.getTxID(), now: timeOf(context) };
  const outcomes: WireOutcome[] = [];
  for (const [position, command] of commands.entries()) outcomes.push(await outcomeOf(transaction, command, position));
  return [{ version: WIRE_VERSION, outcomes }, overlay];
}

function timeOf({ stub }: Context): number {
  const seconds = Number(stub.getTxTimestamp().seconds.toString());
  if (!Number.isSafeInteger(seconds) || seconds < 0) throw new Error("the transaction has no usable timestamp");
  return seconds;
}

async function outcomeOf(transaction: Transaction, wire: WireCommand, position: number): Promise<WireOutcome> {
  const { overlay, txId, now } = transaction;
  const { id: commandId, command } = wire;
  const first = await overlay.get(keys.receipt(commandId));
  if (first) return { commandId, command: first.command, ...first.outcome, repeatOf: first.txId, events: [] };

  const [result, events] = await resultOf(transaction, wire, position);
  if (result.status === "refused") overlay.rollBack();
  const receipt: Receipt = { command, outcome: result, txId };
  overlay.put(keys.receipt(commandId), receipt);
  overlay.keep();
  const stamped = events.map(({ name, domain, ...fields }) => ({ name, domain, at: now, ...fields }));
  return { commandId, command, ...result, events: stamped };
}

type Judged = [Result, readonly Happened[]];

async function resultOf(transaction: Transaction, wire: WireCommand, position: number): Promise<Judged> {
  try {
    return [{ status: "committed" }, await decide(transaction, wire, position)];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ status: "refused", code: error.code, message: refusals[error.code].sentence }, []];
  }
}

async function decide(transaction: Transaction, wire: WireCommand, position: number): Promise<readonly Happened[]> {
  const { overlay, role, txId, now } = transaction;
  const { id, actor } = wire;
  const entry = commandOf(wire.command);
  if (!entry) throw new Refusal("UNKNOWN_COMMAND");
  if (entry.role !== role) throw new Refusal("ROLE_NOT_ALLOWED");
  const input = entry.schema.safeParse(wire.input);
  if (!input.success) throw new Refusal("INVALID_INPUT");
  const obstacle = (await obstacleOf(overlay, entry.name)) ?? (await actorObstacle(overlay, entry, actor));
  if (obstacle) throw new Refusal(obstacle);

  const accounts = newAccounts(overlay, { txId, position, now });
  const asked = { id, actor, txId, now, refuse: (code: RefusalCode) => new Refusal(code), emits: eventsInOrder };
  return ruleOf(entry)({ ...overlay, accounts }, input.data, asked);
}

const eventsInOrder = <E>(...events: E[]): readonly E[] => events;

async function obstacleOf(state: State, name: string): Promise<RefusalCode | undefined> {
  const system = await state.get(keys.system);
  if (!system) return RUNS_BEFORE_BOOTSTRAP.includes(name) ? undefined : "NOT_BOOTSTRAPPED";
  return system.paused && !RUNS_WHILE_PAUSED.includes(name) ? "PAUSED" : undefined;
}

/** What of protocol.md 1.3 needs no object; where the signing role is the proof, nothing is left to check. */
async function actorObstacle(
  state: State,
  { asks }: Named<AnyCommand>,
  actor: string,
): Promise<RefusalCode | undefined> {
  switch (asks) {
    case "superAdmin":
    case "partner":
      return undefined;
    case "admin":
      return (await state.get(keys.appointment(actor)))?.status === "ACTIVE" ? undefined : "ACTOR_NOT_ADMIN";
    case "activeUser":
    case "self":
    case "stakeholder":
    case "guardian":
      return (await state.get(keys.user(actor)))?.status === "ACTIVE" ? undefined : "ACTOR_NOT_ACTIVE";
  }
}
