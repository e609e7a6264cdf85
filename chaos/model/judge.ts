// What every transaction must leave behind: outcomes as the protocol allows them, and the invariants of protocol.md 17 on the fold
// of the blocks, which shares nothing with the rules and nothing with the projector.
import { commandOf } from "../../catalogue/index.js";
import { refusals, type RefusalCode } from "../../catalogue/refusals.js";
import type { WireOutcome } from "../../catalogue/wire.js";
import { newFold, type Fold } from "../../cli/verify/fold.js";
import { checkInvariants } from "../../cli/verify/invariants/index.js";
import { compareLedger } from "../../cli/verify/ledger.js";
import { newReport, type Report } from "../../cli/verify/report.js";
import type { Block } from "../../platform/blocks.js";
import { weightOf } from "./asking.js";
import { Broken } from "./broken.js";
import type { ModelLedger, Ran, SentCommand } from "./ledger.js";

export interface Judge {
  readonly fold: Fold;
  /** @throws Broken */
  look(block: Block, ran: readonly Ran[]): void;
  /** Compares the state of the ledger with what its events told. @throws Broken */
  compareState(ledger: ModelLedger): Promise<void>;
}

/** What every command can meet besides its own codes (protocol.md 1.3, 1.5). */
const common = ["NOT_BOOTSTRAPPED", "PAUSED", "ACTOR_NOT_ADMIN", "ACTOR_NOT_ACTIVE", "ACTOR_NOT_ALLOWED"];

/** All receipts are read from the state; one of so many is asked for as callers do. */
const ASKED_RECEIPT = 10;

type First = ReadonlyMap<string, WireOutcome & { readonly txId: string }>;

export function newJudge(): Judge {
  const fold = newFold();
  const first = new Map<string, WireOutcome & { readonly txId: string }>();

  const lookAtOutcome = (command: SentCommand, outcome: WireOutcome, txId: string): void => {
    const known = first.get(command.id);
    const fault = known ? faultOfRepeat(known, outcome) : faultOfOutcome(command, outcome);
    if (fault) throw new Broken("outcomes", [`${command.command} ${command.id}: ${fault}`]);
    if (!known) first.set(command.id, { ...outcome, txId });
  };

  return {
    fold,
    look: (block, ran) => {
      for (const transaction of block.transactions) {
        const one = ran.find(({ sent, valid }) => valid && sent.txId === transaction.txId);
        one?.outcomes.forEach((outcome, n) => lookAtOutcome(one.sent.commands[n]!, outcome, one.sent.txId));
        if (one) lookAtWeight(one);
        // Transaction by transaction, so that a fault is seen where it comes into being.
        fold.take({ ...block, transactions: [transaction] });
        const report = newReport();
        checkInvariants(report, fold);
        demand(report);
      }
    },
    compareState: async (ledger) => {
      lookAtReceipts(ledger.state, first);
      const report = newReport();
      const asked = {
        ...fold,
        outcomes: new Map([...fold.outcomes].filter((_, index) => index % ASKED_RECEIPT === 0)),
      };
      const fabric = { evaluate: (name: string, argument: string) => ledger.evaluate(name, argument) };
      await compareLedger({ fabric, fold: asked, catchUp: async () => false, say: () => undefined }, report, []);
      demand(report);
    },
  };
}

/** Exactly one receipt for each executed command, and it tells the first outcome. @throws Broken */
function lookAtReceipts(state: ReadonlyMap<string, string>, first: First): void {
  const count = [...state.keys()].filter((key) => key.startsWith("cmd~")).length;
  if (count !== first.size) throw new Broken("receipts", [`${count} receipts for ${first.size} commands`]);
  for (const [id, { command, status, code, txId }] of first) {
    const receipt = JSON.parse(state.get(`cmd~${id}`) ?? "null") as Receipt | null;
    const told = [receipt?.command, receipt?.outcome.status, receipt?.outcome.code, receipt?.txId];
    const expected = [command, status, code, txId];
    if (told.join() !== expected.join())
      throw new Broken("receipts", [`${id}: ${told.join()} instead of ${expected.join()}`]);
  }
}

interface Receipt {
  readonly command: string;
  readonly outcome: { readonly status: string; readonly code?: string };
  readonly txId: string;
}

/** @throws Broken for the first check that found a difference */
export function demand(report: Report): void {
  const bad = report.checks.find(({ differences }) => differences.length > 0);
  if (bad) throw new Broken(bad.name, bad.differences);
}

function faultOfRepeat(known: WireOutcome & { readonly txId: string }, outcome: WireOutcome): string | undefined {
  const { repeatOf, status, code, command, events } = outcome;
  if (repeatOf !== known.txId) return `its repetition names ${repeatOf ?? "nothing"} instead of ${known.txId}`;
  if (events.length > 0) return "its repetition has events";
  const same = status === known.status && code === known.code && command === known.command;
  return same ? undefined : "its repetition tells another outcome";
}

function faultOfOutcome(command: SentCommand, outcome: WireOutcome): string | undefined {
  const { status, code, repeatOf } = outcome;
  const { expect } = command;
  if (repeatOf !== undefined) return "is taken for a repetition";
  if (expect !== undefined && code !== expect) return `is ${code ?? status}, but its input asks for ${expect}`;
  return status === "refused" ? faultOfRefusal(command, outcome) : faultOfEvents(command, outcome);
}

function faultOfRefusal({ command, expect }: SentCommand, { code, message }: WireOutcome): string | undefined {
  const allowed: readonly (string | undefined)[] = [...common, ...(commandOf(command)?.refusals ?? []), expect];
  const known = refusalCodes.find((each) => each === code && allowed.includes(each));
  if (!known) return `may not be refused with ${code}`;
  return message === refusals[known].sentence ? undefined : `${code} says: ${message}`;
}

const refusalCodes = Object.keys(refusals) as RefusalCode[];

function faultOfEvents({ command }: SentCommand, { events }: WireOutcome): string | undefined {
  const announced = commandOf(command)?.emits.map(({ event }) => event) ?? [];
  const strange = events.find(({ name }) => !announced.includes(String(name)));
  return strange && `emits ${String(strange["name"])}, which its entry does not announce`;
}

function lookAtWeight({ sent, simulated, outcomes }: Ran): void {
  const events = outcomes.reduce((sum, outcome) => sum + outcome.events.length, 0);
  const load = simulated.reads.length + simulated.writes.size + events;
  const bound = sent.commands.reduce((sum, command) => sum + weightOf(command), 0);
  const names = [...new Set(sent.commands.map(({ command }) => command))].join(", ");
  if (load > bound) throw new Broken("weights", [`${names}: ${load} keys and events, but the weights say ${bound}`]);
}
