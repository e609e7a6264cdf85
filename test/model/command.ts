// The life of two commands that share a lane, as a machine of small steps: acceptance, two submitters, orderer, projector.
// Each step is named with the function that it stands for. Where the code decides by a pure function, that function is asked.
import { StatusCode } from "@hyperledger/fabric-gateway";
import { chooseBatch } from "../../workers/submitter/batch.js";
import { classOfCode, type FailureClass } from "../../workers/submitter/classes.js";
import { verdictOn } from "../../workers/submitter/verdict.js";
import type { Model, Step } from "./explore.js";

/** Ways to build it wrong. */
export const mutants = [
  "receipts off",
  "last status wins",
  "checkpoint apart from the outcome",
  "unconditional status update",
  "sweep without condition",
  "acknowledgement taken for the outcome",
  "new leader loads ACCEPTED only",
  "lanes off",
  "leader without number",
  "given up with a submission on its way",
  "given up without asking for the receipt",
] as const;
export type Mutant = (typeof mutants)[number];

export interface Bounds {
  commands: 1 | 2;
  /** Envelopes that may be on their way at a time, at most 3. */
  transit: number;
}

// What follows is exact, and keeps the machine finite without a bound on crashes, losses or attempts:
// - of `attempt` only "still the one that I loaded" matters, so each worker has that as a bit per row (`fresh`);
// - a job only makes the next look into the table come sooner, and here a look may come at any time;
// - a blocked or lost answer of the block stream is a worker that stops waiting.
// - of the age of a submission only "nothing of it can come any more" matters: who doubts, waits until that is so.
// Lanes in flight stay taken, so that of two commands of one lane never two transactions are under way from one worker.
// Wider than the code, never narrower: groups, notBefore and the limits of a batch, times in a row, and the counter of failures
// are any value that they could have.

const NONE = 0;
const ACCEPTED = 1;
const SUBMITTED = 2;
const COMMITTED = 3;
const REFUSED = 4;
const FAILED = 5;
const statusNames = ["none", "ACCEPTED", "SUBMITTED", "COMMITTED", "REFUSED", "FAILED"];

type Side = 0 | 1;
const sides = [0, 1] as const;
/** Sets of commands: bit 0 is the older one. */
const bit = (side: Side) => 1 << side;
const has = (set: number, side: Side) => (set & bit(side)) !== 0;
const setNames = ["[]", "[c1]", "[c2]", "[c1 c2]"];
const named = (set: number) => setNames[set] ?? "";

/** Where a submitter stands. */
const OFF = 0;
const IDLE = 1;
const LOADED = 2;
const ENDORSED = 3;
const NOTED = 4;
const WAITING = 5;
const COUNTING = 6;
const GIVING_UP = 7;

/** What the worker's own block stream told of its transaction: 0 nothing, else the place in this list. */
const codes = [undefined, StatusCode.VALID, StatusCode.MVCC_READ_CONFLICT, StatusCode.ENDORSEMENT_POLICY_FAILURE];
const VALID = 1;
const CONFLICT = 2;
const POLICY = 3;

interface Worker {
  at: number;
  /** Commands in its backlog. */
  backlog: number;
  /** Commands in hand. */
  batch: number;
  /** Those of them whose attempt is still the one in the row. */
  fresh: number;
  /** Receipts that stood on the ledger when it endorsed. */
  saw: number;
  told: number;
  /** Commands that it has ever loaded: a look brings what lies beyond. */
  seen: number;
  /** Those of which it knows a submission whose end it does not know. */
  doubt: number;
}

/** A signed transaction on its way to a block. */
interface Envelope {
  batch: number;
  saw: number;
  /** 1 + the worker that waits for it, 0 none. */
  owner: number;
}

// What a block says of a command.
const FIRST = 1;
const REPEAT = 2;
const COPY = 3;

interface State {
  rows: [number, number];
  /** Receipts on the ledger: NONE, COMMITTED, REFUSED. */
  receipts: [number, number];
  /** 1 + the worker that holds the advisory lock, 0 none. */
  lock: number;
  /** 1 + the worker whose number is the present one; nobody's any more when that worker has ended. */
  number: number;
  /** The projector: 0 nothing in hand, 1 the next block, 2 (a mutant's) its checkpoint moved but its rows not written. */
  hand: number;
  workers: [Worker, Worker];
  /** Blocks above the checkpoint that say something of a command. */
  blocks: [number, number][];
  transit: Envelope[];
}

const off = (): Worker => ({ at: OFF, backlog: 0, batch: 0, fresh: 0, saw: 0, told: 0, seen: 0, doubt: 0 });

// ---------------------------------------------------------------- a state as text

/** What it saw matters until it sends, what it is told from then on. */
const ofWorker = ({ at, backlog, batch, fresh, saw, told, seen, doubt }: Worker) =>
  at |
  (backlog << 3) |
  (batch << 5) |
  (fresh << 7) |
  ((at === WAITING ? told : saw) << 9) |
  (seen << 11) |
  (doubt << 13);
function workerOf(packed: number): Worker {
  const at = packed & 7;
  const heard = (packed >> 9) & 3;
  const [saw, told] = at === WAITING ? [0, heard] : [heard, 0];
  const sets = { backlog: (packed >> 3) & 3, batch: (packed >> 5) & 3, fresh: (packed >> 7) & 3 };
  return { at, ...sets, saw, told, seen: (packed >> 11) & 3, doubt: (packed >> 13) & 3 };
}

/** Six characters: head, workers, blocks, and the envelopes by their numbers, so that their order makes no other state. */
function encode({ rows, receipts, lock, number, hand, workers, blocks, transit }: State): string {
  const head = rows[0] | (rows[1] << 3) | (receipts[0] << 6) | (receipts[1] << 9) | (lock << 12) | (hand << 14);
  let said = 0;
  for (const [place, [one, other]] of blocks.entries()) said |= (one | (other << 2)) << (4 * place);
  const ways = transit.map(({ batch, saw, owner }) => batch | (saw << 2) | (owner << 4)).sort((x, y) => x - y);
  const [first = 0, second = 0, third = 0] = ways;
  return String.fromCharCode(
    head,
    ofWorker(workers[0]),
    ofWorker(workers[1]),
    said,
    first | (second << 6),
    third | (number << 6),
  );
}

function decode(text: string): State {
  const head = text.charCodeAt(0);
  const state: State = {
    rows: [head & 7, (head >> 3) & 7],
    receipts: [(head >> 6) & 7, (head >> 9) & 7],
    lock: (head >> 12) & 3,
    number: text.charCodeAt(5) >> 6,
    hand: head >> 14,
    workers: [workerOf(text.charCodeAt(1)), workerOf(text.charCodeAt(2))],
    blocks: [],
    transit: [],
  };
  for (let said = text.charCodeAt(3); said !== 0; said >>= 4) state.blocks.push([said & 3, (said >> 2) & 3]);
  const ways = text.charCodeAt(4);
  for (const way of [ways & 63, ways >> 6, text.charCodeAt(5) & 63]) {
    if (way !== 0) state.transit.push({ batch: way & 3, saw: (way >> 2) & 3, owner: way >> 4 });
  }
  return state;
}

// ---------------------------------------------------------------- what the code's pure functions decide

/** Every batch that chooseBatch can make of a backlog of the two. */
const choicesOf = (lanes: readonly [string, string], backlog: number): number[] => {
  const found = new Set<number>();
  const limits = [1, 100].map((commands) => ({ commands, weight: 2_000, bytes: 800_000 }));
  for (let traits = 0; traits < 16; traits++) {
    const open = sides
      .filter((side) => has(backlog, side))
      .map((side) => ({
        ...{ id: String(side), side, seq: side, lanes: [lanes[side] ?? ""], weight: 1, size: 1 },
        ...{ notBefore: (traits >> side) & 1, inFlight: false, group: ((traits >> (2 + side)) & 1) * (side + 1) },
      }));
    for (const limit of limits) {
      found.add(chooseBatch(open, limit, 0).batch.reduce((set, { side }) => set | bit(side), 0));
    }
  }
  found.delete(0);
  return [...found];
};
const backlogs = [0, 1, 2, 3];
const choices = backlogs.map((backlog) => choicesOf(["shared", "shared"], backlog));
const choicesWithoutLanes = backlogs.map((backlog) => choicesOf(["one", "another"], backlog));

const proposalClasses: FailureClass[] = ["WAIT", "CRASH", "INTERNAL", "INVALID_ARGUMENT", "MISMATCH", "SIGNER"];
const submitClasses: FailureClass[] = ["SIGNER", "INVALID_ARGUMENT", "TOO_LARGE", "INTERNAL"];

type After = readonly [at: number, label: string];

/** Where a worker can stand after actOn, for any number of failures in a row. */
function aftermath(failures: readonly FailureClass[], commands: number): After[] {
  const ats = { again: IDLE, stop: IDLE, split: IDLE, count: COUNTING, fail: GIVING_UP };
  const found = new Map<number, string>();
  for (const failure of failures) {
    for (let times = 1; times <= 6; times++) {
      const { act } = verdictOn(failure, { commands, times });
      if (!found.has(ats[act])) found.set(ats[act], `${failure} → ${act}`);
    }
  }
  return [...found];
}
const sized = (failures: readonly FailureClass[]) => [1, 2].map((commands) => aftermath(failures, commands));
const afterProposal = sized(proposalClasses);
const afterSubmit = sized(submitClasses);
const afterUnknown = sized(["UNKNOWN_OUTCOME"]);
const afterCode = codes.map((code) => {
  const failure = code === undefined ? undefined : classOfCode(code);
  return failure === undefined ? undefined : sized([failure]);
});
const of = (table: readonly After[][], batch: number): readonly After[] => table[batch === 3 ? 1 : 0] ?? [];

// ---------------------------------------------------------------- the steps

interface Turn {
  readonly text: string;
  /** To be read only; `edit` gives a copy to write to. */
  readonly now: State;
  readonly mutant: Mutant | undefined;
  readonly bounds: Bounds;
  readonly steps: Step[];
}

const isOpen = (status: number) => status === ACCEPTED || status === SUBMITTED;
const openOnes = ({ rows }: State) => (isOpen(rows[0]) ? 1 : 0) | (isOpen(rows[1]) ? 2 : 0);
const present = ({ receipts }: State) => (receipts[0] ? 1 : 0) | (receipts[1] ? 2 : 0);

type Edit = (next: State) => string | undefined | void;

function add(turn: Turn, by: Side | undefined, does: string, edit: Edit, fault: boolean): void {
  const next = decode(turn.text);
  const broken = edit(next) ?? wrongStatus(turn.now, next);
  settleDown(next, turn.mutant);
  const swaps = ofWorker(next.workers[0]) > ofWorker(next.workers[1]);
  if (swaps) swap(next);
  turn.steps.push({ by, does, fault, swaps, to: encode(next), broken });
}

const step = (turn: Turn, does: string, edit: Edit) => add(turn, undefined, does, edit, false);
const faultStep = (turn: Turn, does: string, edit: Edit) => add(turn, undefined, does, edit, true);
const stepOf = (turn: Turn, who: Side, does: string, edit: Edit) => add(turn, who, does, edit, false);
const faultOf = (turn: Turn, who: Side, does: string, edit: Edit) => add(turn, who, does, edit, true);

/** The two workers are alike: of two states that differ in their names alone, one is kept. */
function swap(state: State): void {
  state.workers.reverse();
  if (state.lock !== 0) state.lock = 3 - state.lock;
  if (state.number !== 0) state.number = 3 - state.number;
  for (const envelope of state.transit) if (envelope.owner !== 0) envelope.owner = 3 - envelope.owner;
}

/** Ends stay, FAILED too; and an outcome is the ledger's. */
function wrongStatus(before: State, after: State): string | undefined {
  for (const side of sides) {
    const was = before.rows[side];
    const is = after.rows[side];
    if (was === is) continue;
    const told = `c${side + 1} went from ${statusNames[was]} to ${statusNames[is]}`;
    const outcome = is === COMMITTED || is === REFUSED;
    if (was >= COMMITTED) return `wrong status: ${told}`;
    if (outcome && is !== after.receipts[side]) return `I3: ${told}, the ledger says otherwise`;
  }
  return undefined;
}

/** Forgets what can have no effect any more, so that equal futures are equal states. */
function settleDown(state: State, mutant: Mutant | undefined): void {
  const open = openOnes(state);
  for (const worker of state.workers) {
    worker.fresh &= open;
    worker.seen &= open;
    worker.doubt &= open;
  }
  // These two let such a transaction have an effect.
  if (mutant === "receipts off" || mutant === "last status wins") return;
  // Nobody waits for it and it would change nothing: a conflict, or repeats alone.
  state.transit = state.transit.filter(
    (envelope) => envelope.owner !== 0 || (isCurrent(state, envelope) && (envelope.batch & ~envelope.saw) !== 0),
  );
}

function put(state: State, who: Side, at: number): void {
  const worker = state.workers[who];
  if (at === IDLE) worker.batch = worker.fresh = 0;
  worker.saw = worker.told = 0;
  worker.at = at;
  for (const envelope of state.transit) if (envelope.owner === who + 1) envelope.owner = 0;
}

function accept(turn: Turn): void {
  const side = turn.now.rows[0] === NONE ? 0 : 1;
  if (turn.now.rows[side] !== NONE || side >= turn.bounds.commands) return;
  step(turn, `accept: insert c${side + 1}`, (next) => void (next.rows[side] = ACCEPTED));
}

/** The worker ends, by itself or not. */
function leave(next: State, who: Side): void {
  put(next, who, IDLE);
  next.workers[who] = off();
  if (next.lock === who + 1) next.lock = 0;
  if (next.number === who + 1) next.number = 0;
}

function leadership(turn: Turn, who: Side): void {
  const { now, mutant } = turn;
  const worker = now.workers[who];
  const held = now.lock === who + 1;
  if (worker.at === OFF) {
    if (now.lock !== 0) return;
    stepOf(turn, who, `becomeLeader, first look: store.open()`, (next) => {
      next.lock = next.number = who + 1;
      const open = openOnes(next);
      const backlog = mutant === "new leader loads ACCEPTED only" ? acceptedOnes(next) : open;
      next.workers[who] = { ...off(), at: IDLE, backlog, seen: open, doubt: open & ~acceptedOnes(next) };
    });
    return;
  }
  faultOf(turn, who, `killed`, (next) => leave(next, who));
  if (held) faultOf(turn, who, `paused or cut off, its lock goes`, (next) => void (next.lock = 0));
  if (!held && worker.at === IDLE) stepOf(turn, who, `isWorking says no, lead returns`, (next) => leave(next, who));
  if (!held && worker.at === WAITING) stepOf(turn, who, `term.ended, submit is "left"`, (next) => leave(next, who));
}

/** A statement of a worker with a successor changes nothing; it ends its term. */
function fenced(turn: Turn, who: Side, statement: string, edit: Edit): void {
  const { now, mutant } = turn;
  if (now.number === who + 1 || mutant === "leader without number" || mutant === "unconditional status update")
    return stepOf(turn, who, statement, edit);
  stepOf(turn, who, `${statement}: LEADERSHIP_OVER`, (next) => leave(next, who));
}

const acceptedOnes = ({ rows }: State) => (rows[0] === ACCEPTED ? 1 : 0) | (rows[1] === ACCEPTED ? 2 : 0);

function idle(turn: Turn, who: Side): void {
  const { now } = turn;
  const { backlog, seen } = now.workers[who];
  const beyond = openOnes(now) & ~seen;
  // Also by one whose lock went and who has not noticed: reading is not fenced.
  if (beyond !== 0) {
    stepOf(turn, who, `lookIntoTable finds ${named(beyond)}`, (next) => {
      const worker = next.workers[who];
      worker.backlog |= beyond;
      worker.seen |= beyond;
      worker.doubt |= beyond & ~acceptedOnes(next);
    });
  }
  for (const chosen of (turn.mutant === "lanes off" ? choicesWithoutLanes : choices)[backlog] ?? []) {
    stepOf(turn, who, `chooseBatch ${named(chosen)}, fly: store.load`, (next) => {
      const batch = chosen & openOnes(next);
      const worker = next.workers[who];
      worker.backlog &= ~(chosen & ~batch);
      if (batch !== 0) Object.assign(worker, { at: LOADED, batch, fresh: batch });
    });
  }
}

function endorse(turn: Turn, who: Side): void {
  const { batch } = turn.now.workers[who];
  stepOf(turn, who, `endorse ${named(batch)}`, (next) => {
    Object.assign(next.workers[who], { at: ENDORSED, saw: present(next) });
  });
  fails(turn, who, "endorse", of(afterProposal, batch));
}

function fails(turn: Turn, who: Side, stage: string, after: readonly After[], fault = true): void {
  for (const [at, verdict] of after)
    add(turn, who, `${stage} failed, actOn ${verdict}`, (next) => put(next, who, at), fault);
}

function note(turn: Turn, who: Side): void {
  const { batch } = turn.now.workers[who];
  fenced(turn, who, `store.submitted ${named(batch)}`, (next) => {
    const worker = next.workers[who];
    const noted = turn.mutant === "unconditional status update" ? batch : worker.fresh & openOnes(next);
    for (const side of sides) if (has(noted, side)) next.rows[side] = SUBMITTED;
    next.workers[who === 0 ? 1 : 0].fresh &= ~noted;
    if (noted !== batch) put(next, who, IDLE);
    else worker.at = NOTED;
  });
}

function order(turn: Turn, who: Side): void {
  const { now, bounds, mutant } = turn;
  const { batch, saw } = now.workers[who];
  const sent = (next: State) => {
    const worker = next.workers[who];
    if (mutant === "acknowledgement taken for the outcome") {
      worker.backlog &= ~batch;
      return put(next, who, IDLE);
    }
    Object.assign(worker, { at: WAITING, saw: 0 });
  };
  if (now.transit.length < bounds.transit) {
    stepOf(turn, who, `endorsed.submit, orderer has ${named(batch)}`, (next) => {
      sent(next);
      next.transit.push({ batch, saw, owner: next.workers[who].at === WAITING ? who + 1 : 0 });
    });
  }
  fails(turn, who, "submit", of(afterSubmit, batch));
}

function settle(turn: Turn, who: Side): void {
  const { now } = turn;
  const { batch, told } = now.workers[who];
  const failed = afterCode[told];
  if (told === VALID) {
    stepOf(turn, who, `outcomes.see VALID, backlog.end ${named(batch)}`, (next) => {
      next.workers[who].backlog &= ~batch;
      put(next, who, IDLE);
    });
  } else if (failed) fails(turn, who, `outcomes.see code ${codes[told]}:`, of(failed, batch), false);
  // Too early only where the transaction is still on its way or its block was already there.
  const early = told !== 0 || now.transit.some(({ owner }) => owner === who + 1);
  for (const [at, verdict] of of(afterUnknown, batch)) {
    const edit = (next: State) => {
      next.workers[who].doubt |= batch;
      put(next, who, at);
    };
    add(turn, who, `outcomes.tick: no block in time: failed, actOn ${verdict}`, edit, early);
  }
}

function count(turn: Turn, who: Side): void {
  const { batch, fresh } = turn.now.workers[who];
  fenced(turn, who, `store.counted ${named(batch)}, tried again`, (next) => put(next, who, IDLE));
  if (fresh !== batch) return;
  fenced(turn, who, `store.counted ${named(batch)}, the last time`, (next) => put(next, who, GIVING_UP));
}

/** doubt.ts: what it knows to be submitted is too old to come, and a query finds no receipt. One command, never a batch. */
function mayStillCome({ now, mutant }: Turn, who: Side): boolean {
  const { batch, doubt } = now.workers[who];
  const other = now.workers[who === 0 ? 1 : 0];
  const onItsWay = now.transit.some((envelope) => (envelope.batch & batch) !== 0);
  const toBeSent = other.at === NOTED && (other.batch & batch) !== 0;
  if (mutant !== "given up with a submission on its way" && (doubt & batch) !== 0 && (onItsWay || toBeSent))
    return true;
  return mutant !== "given up without asking for the receipt" && (present(now) & batch) !== 0;
}

function giveUp(turn: Turn, who: Side): void {
  const { batch, fresh } = turn.now.workers[who];
  if (mayStillCome(turn, who)) {
    return stepOf(turn, who, `mayStillCome ${named(batch)}, put off`, (next) => put(next, who, IDLE));
  }
  const given = turn.mutant === "unconditional status update" ? batch : fresh;
  fenced(turn, who, `store.failed ${named(batch)}`, (next) => {
    for (const side of sides) if (has(given, side)) next.rows[side] = FAILED;
    next.workers[who].backlog &= ~given;
    put(next, who, IDLE);
  });
}

const byPlace: Readonly<Record<number, (turn: Turn, who: Side) => void>> = {
  [IDLE]: idle,
  [LOADED]: endorse,
  [ENDORSED]: note,
  [NOTED]: order,
  [WAITING]: settle,
  [COUNTING]: count,
  [GIVING_UP]: giveUp,
};

// ---------------------------------------------------------------- the ledger

/** The shared account's version, as a set of those that wrote it: a refused command leaves no trace but its receipt. */
const written = ({ receipts }: State, seen: number) =>
  seen & ((receipts[0] === REFUSED ? 0 : 1) | (receipts[1] === REFUSED ? 0 : 2));

/** Nothing that the transaction read has changed: receipts of its commands, and the account where one of them runs. */
function isCurrent(state: State, { batch, saw }: Envelope): boolean {
  const receipts = present(state);
  if (((saw ^ receipts) & batch) !== 0) return false;
  return (batch & ~saw) === 0 || written(state, saw) === written(state, receipts);
}

/** Chaincode's outcomeOf and the peer's checkVersions for one ordered envelope, the first of its id. */
function commit(state: State, envelope: Envelope, mutant: Mutant | undefined): string | undefined {
  const { batch, saw, owner } = envelope;
  const blind = mutant === "receipts off";
  const valid = blind ? written(state, saw) === written(state, present(state)) : isCurrent(state, envelope);
  if (owner !== 0) state.workers[owner === 1 ? 0 : 1].told = valid ? VALID : CONFLICT;
  if (!valid) return undefined;
  const runs = blind ? batch : batch & ~saw;
  const repeats = batch & ~runs;
  const said = sides.map((side) => (has(runs, side) ? FIRST : has(repeats, side) ? REPEAT : 0));
  // A block that says nothing new changes no row.
  if (runs !== 0 || mutant === "last status wins") state.blocks.push([said[0] ?? 0, said[1] ?? 0]);
  return take(state, runs);
}

/** The effects of one valid transaction. */
function take({ receipts, rows }: State, runs: number): string | undefined {
  // The promise of order ends with FAILED.
  if (has(runs, 0) && receipts[1] !== NONE && rows[0] !== FAILED) return "I7: c1 has its effect after c2";
  for (const side of sides) {
    if (!has(runs, side)) continue;
    if (receipts[side] !== NONE) return `I2: c${side + 1} has a second effect`;
    // The younger one spends what the older one brings.
    receipts[side] = side === 0 || receipts[0] === COMMITTED ? COMMITTED : REFUSED;
  }
  return undefined;
}

const BLOCKS = 3;

function ledger(turn: Turn): void {
  const { now, mutant } = turn;
  for (const [place, { batch }] of now.transit.entries()) {
    const taken = (next: State) => next.transit.splice(place, 1)[0] ?? { batch: 0, saw: 0, owner: 0 };
    const what = named(batch);
    faultStep(turn, `orderer: loses ${what}, acknowledged or not`, (next) => void taken(next));
    faultStep(turn, `validator: ${what} fails the policy`, (next) => {
      const { owner } = taken(next);
      if (owner !== 0) next.workers[owner === 1 ? 0 : 1].told = POLICY;
    });
    if (now.blocks.length >= BLOCKS) continue;
    step(turn, `orderer: block with ${what}, outcomeOf, checkVersions`, (next) => commit(next, taken(next), mutant));
    faultStep(turn, `orderer: block with ${what}, and once more in a later block`, (next) => {
      const broken = commit(next, taken(next), mutant);
      // DUPLICATE_TXID: outcomes.see and decodeBlock pass over it.
      if (mutant === "last status wins") next.blocks.push([has(batch, 0) ? COPY : 0, has(batch, 1) ? COPY : 0]);
      return broken;
    });
  }
}

// ---------------------------------------------------------------- the projector and the sweep

/** settleCommands: first executions only, whatever the row says. */
function settleCommands(next: State, mutant: Mutant | undefined): string | undefined {
  const block = next.blocks.shift() ?? [0, 0];
  next.hand = 0;
  for (const side of sides) {
    if (block[side] === FIRST) next.rows[side] = next.receipts[side];
    if (block[side] === REPEAT && mutant === "last status wins")
      return `I3: the row of c${side + 1} holds the block of a repeat`;
    if (block[side] === COPY) next.rows[side] = FAILED;
  }
  return undefined;
}

function projector(turn: Turn): void {
  const { now, mutant } = turn;
  const apart = mutant === "checkpoint apart from the outcome";
  const settled = (next: State) => settleCommands(next, mutant);
  if (now.hand === 0 && now.blocks.length > 0) {
    step(turn, "projector: followBlocks has the next block", (next) => void (next.hand = 1));
  }
  if (now.hand === 1 && apart) step(turn, "projector: moveCheckpoint alone", (next) => void (next.hand = 2));
  if (now.hand === 1 && !apart) step(turn, "projector: project, checkpoint with outcomes", settled);
  if (now.hand === 2) step(turn, "projector: settleCommands", settled);
  if (now.hand === 0) return;
  faultStep(turn, "projector: killed", (next) => {
    if (next.hand === 2) next.blocks.shift();
    next.hand = 0;
  });
}

function wrongSweep(turn: Turn): void {
  for (const side of sides) {
    if (turn.now.rows[side] < SUBMITTED) continue;
    step(turn, `sweep: c${side + 1} is ACCEPTED again`, (next) => void (next.rows[side] = ACCEPTED));
  }
}

/** All commands have ended, and none is FAILED with an outcome on the ledger. */
function isEnd(text: string, commands: number): boolean {
  const { rows, receipts } = decode(text);
  return sides
    .filter((side) => side < commands)
    .every((side) => rows[side] >= COMMITTED && (rows[side] !== FAILED || receipts[side] === NONE));
}

/** All interleavings of two submitters, two commands, orderer, projector and sweep, with a kill anywhere. */
export function commandModel(bounds: Bounds, mutant?: Mutant): Model {
  const first: State = {
    ...{ rows: [NONE, NONE], receipts: [NONE, NONE], lock: 0, number: 0, hand: 0 },
    ...{ workers: [off(), off()], blocks: [], transit: [] },
  };
  const steps = (text: string): Step[] => {
    const now = decode(text);
    const turn: Turn = { text, now, mutant, bounds, steps: [] };
    accept(turn);
    for (const who of sides) {
      leadership(turn, who);
      byPlace[now.workers[who].at]?.(turn, who);
    }
    ledger(turn);
    projector(turn);
    if (mutant === "sweep without condition") wrongSweep(turn);
    return turn.steps;
  };
  return { first: encode(first), steps, isEnd: (text) => isEnd(text, bounds.commands) };
}
