// What must hold of every single execution (protocol.md 17): looked at before and after its events are folded. Reads only.
import type { WireOutcome } from "../../catalogue/wire.js";
import { checkAdmins } from "./invariants/admin.js";
import { newLoanLook } from "./loans.js";
import { newMultiSigLook } from "./multisig.js";
import { lookAtShares } from "./shares.js";
import type { Row, State } from "./state.js";
import { newParameterLook } from "./parameters.js";
import { newTimerLook } from "./timers.js";
import { newVoteLook } from "./votes.js";

export interface History {
  /** Looks at an outcome before its events are folded; what it returns is called after. */
  look(outcome: WireOutcome): () => void;
  /** How often each invariant was looked at. */
  readonly looked: ReadonlyMap<number, number>;
  readonly faults: readonly (readonly [invariant: number, sentence: string])[];
}

type Told = Readonly<Record<string, unknown>>;

const OPERATIONS = "SYSTEM_OPERATIONS_FUND";
const AGES = { least: 13, most: 73 };
const text = (told: Told, field: string) => {
  const value = told[field];
  return typeof value === "string" ? value : "";
};
/** Amounts of events that do not decode are no amounts. */
const qirat = (told: Told, field: string) => (/^\d{1,19}$/.test(text(told, field)) ? BigInt(text(told, field)) : 0n);
const balanceOf = (row: Row | undefined) => BigInt(row?.["stored"] ?? "0") + BigInt(row?.["pending"] ?? "0");

export function newHistory({ rows }: State): History {
  const looked = new Map<number, number>();
  const faults: (readonly [number, string])[] = [];
  const executed = new Set<string>();
  const must = (invariant: number, holds: boolean, sentence: string) => {
    looked.set(invariant, (looked.get(invariant) ?? 0) + 1);
    if (!holds) faults.push([invariant, sentence]);
  };
  const accountRow = (id: string) =>
    id.startsWith("MINTED_") ? rows.pool.get(id.slice("MINTED_".length)) : rows.wallet.get(id);
  const balance = (id: string) => balanceOf(accountRow(id));
  const isHeld = (id: string) =>
    rows.wallet.get(id)?.["frozen"] === "true" ||
    (id.startsWith("treasury_") && rows.country.get(id.slice("treasury_".length))?.["treasury_status"] === "LOCKED");

  const lookAtReceipt = ({ commandId: id, status, repeatOf, events }: WireOutcome) => {
    if (repeatOf === undefined) {
      must(22, !executed.has(id), `${id} was executed twice`);
      must(22, status === "committed" || events.length === 0, `${id} was refused and changed something`);
      executed.add(id);
    } else {
      must(22, executed.has(id), `${id} is a repetition of nothing`);
      must(22, events.length === 0, `${id} was repeated and changed something`);
    }
  };
  const lookAtGenesis = (id: string, events: readonly Told[]) => {
    for (const told of events.filter(({ name }) => name === "GenesisDistributed")) {
      const user = text(told, "userId");
      must(6, !rows.genesis.has(user), `${id}: ${user} got genesis a second time`);
    }
    for (const told of events.filter(({ name }) => name === "UserCreated")) {
      const age = Number(told["ageYears"]);
      const eligible = age >= AGES.least && age <= AGES.most;
      must(6, eligible || told["genesisOutcome"] !== "DISTRIBUTED", `${id}: genesis at the age of ${age}`);
    }
  };
  /** What the transfers of an outcome say, by account. */
  const movedBy = (id: string, transfers: readonly Told[]) => {
    const moved = new Map<string, bigint>();
    const add = (account: string, amount: bigint) => moved.set(account, (moved.get(account) ?? 0n) + amount);
    for (const told of transfers) {
      const [amount, fee] = [qirat(told, "amount"), qirat(told, "fee")];
      must(8, fee === 0n || fee < amount, `${id}: the fee is not below the amount`);
      const rate = BigInt(Number(told["rateBps"]));
      must(8, rate <= 1_000n, `${id}: the rate is above 10 %`);
      // Rounded up: the least whole Qirat that is not below the share.
      const share = amount * rate;
      const rounded = fee * 10_000n >= share && (fee === 0n || (fee - 1n) * 10_000n < share);
      must(8, rounded, `${id}: the fee is ${fee}, for ${amount} at ${rate} bps`);
      add(text(told, "from"), -(amount + fee));
      add(text(told, "to"), amount);
      add(OPERATIONS, fee);
    }
    return moved;
  };

  const lookAtMultiSigTxs = newMultiSigLook({ rows }, must);
  const lookAtLoans = newLoanLook({ rows }, must);
  const lookAtTimers = newTimerLook({ rows }, must);
  const lookAtVotes = newVoteLook({ rows }, must);
  const lookAtParameters = newParameterLook({ rows }, must);

  return {
    ...{ looked, faults },
    look: (outcome) => {
      lookAtReceipt(outcome);
      if (outcome.repeatOf !== undefined) return () => undefined;
      const { commandId: id, command, status, events } = outcome;
      if (rows.system.get("system")?.["paused"] === "true") {
        must(24, status !== "committed" || command === "admin.resumeSystem", `${id} (${command}) ran while paused`);
      }
      lookAtGenesis(id, events);
      lookAtShares(must, id, events);
      lookAtVotes(id, events);
      const lookedAtTimers = lookAtTimers(id, events);
      const lookedAtLoans = lookAtLoans(id, events);
      const moved = movedBy(
        id,
        events.filter(({ name }) => name === "TransferCompleted"),
      );
      const touched = new Set([...moved.keys(), ...events.map((told) => text(told, "accountId"))].filter(Boolean));
      const before = new Map([...touched].map((account) => [account, balance(account)]));
      const held = [...touched].filter(isHeld);
      return () => {
        const change = (account: string) => balance(account) - (before.get(account) ?? 0n);
        let [coins, minted] = [0n, 0n];
        for (const account of touched) {
          if (account.startsWith("MINTED_")) minted += change(account);
          else coins += change(account);
        }
        must(1, coins === minted, `${id} changed balances by ${coins} and what was minted by ${minted}`);
        for (const [account, amount] of moved) {
          must(8, change(account) === amount, `${id} moved ${change(account)} on ${account} instead of ${amount}`);
        }
        lookAtMultiSigTxs(events);
        lookedAtLoans();
        lookedAtTimers();
        lookAtParameters(id, events);
        if (events.some(({ name }) => /^Admin(Appointed|Revoked)$/.test(String(name)))) checkAdmins({ rows }, must);
        for (const account of held) must(12, change(account) >= 0n, `${id} took coins from ${account}, which is held`);
      };
    },
  };
}
