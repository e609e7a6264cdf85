// What is done about a submission that failed, and what is told about one that did not: the verdicts put into effect.
// Never makes a command FAILED that somebody else took further.
import { wireOutcomes } from "../../catalogue/wire.js";
import { pause } from "../../platform/pause.js";
import { noteFailure, type Entry } from "./backlog.js";
import type { FailureClass } from "./classes.js";
import { mayStillCome } from "./doubt.js";
import type { Settled } from "./settle.js";
import type { FullRow } from "./store.js";
import type { Submission } from "./submit.js";
import { attemptDelay, MAX_FAILURES, MISMATCH_ALARM, verdictOn } from "./verdict.js";
import { isWorking, type Work } from "./work.js";

/** Milliseconds before a command that must not be given up yet is tried again. */
const ASK_AGAIN_MS = 2_000;

type Failed = Extract<Submission, { is: "failed" }>;

export async function actOn(work: Work, entries: readonly Entry[], { failure, reason, rows }: Failed): Promise<void> {
  const { role, measures, log, backlog, flights } = work;
  const times = noteFailure(entries, failure);
  const verdict = verdictOn(failure, { commands: entries.length, times });
  const lastError = `${failure}: ${reason}`;
  measures.retries.inc({ role, class: failure });
  log.warn({ role, code: failure, reason, times, count: entries.length, act: verdict.act }, "Submission failed");
  alarm(work, failure, reason, times);
  switch (verdict.act) {
    case "again":
      backlog.putOff(entries, Date.now() + verdict.afterMs);
      return noteReason(work, entries, failure, lastError);
    case "split":
      measures.bisects.inc({ role });
      return backlog.split(entries);
    case "stop":
      flights.halt ??= standStill(work, reason).finally(() => (flights.halt = undefined));
      return noteReason(work, entries, failure, lastError);
    case "count":
      return countAttempt(work, entries, rows, lastError);
    case "fail":
      return giveUp(work, entries, rows, lastError);
  }
}

/** What somebody has to look at although the queue goes on. */
function alarm({ role, log }: Work, failure: FailureClass, reason: string, times: number): void {
  if (failure === "MISMATCH" && times === MISMATCH_ALARM) log.error({ role, reason }, "Endorsements differ repeatedly");
  if (failure === "POLICY" && times > 1) log.error({ role, reason }, "Endorsement policy not met repeatedly");
}

/** Failures behind the note of a submission, which clears the reason. */
const AFTER_NOTE: readonly FailureClass[] = ["UNKNOWN_OUTCOME", "CONFLICT", "POLICY"];

/** The rows say why they wait; while nothing was submitted in between once, not with every try. */
async function noteReason(
  { store }: Work,
  entries: readonly Entry[],
  failure: FailureClass,
  lastError: string,
): Promise<void> {
  const fresh = entries.filter(({ met }) => met[failure] === 1 || AFTER_NOTE.includes(failure)).map(({ id }) => id);
  if (fresh.length > 0) await store.waits(fresh, lastError);
}

async function countAttempt(
  work: Work,
  entries: readonly Entry[],
  rows: readonly FullRow[],
  lastError: string,
): Promise<void> {
  for (const row of rows) {
    const failures = await work.store.counted(row, lastError);
    const counted = entries.filter(({ id }) => id === row.id);
    if (failures === undefined) continue;
    if (failures >= MAX_FAILURES) await giveUp(work, counted, [row], lastError);
    else setAside(work, counted, attemptDelay(failures));
  }
}

/** It travels alone from now on. */
function setAside({ backlog }: Work, entries: readonly Entry[], afterMs: number): void {
  for (const entry of entries) backlog.alone(entry);
  backlog.putOff(entries, Date.now() + afterMs);
}

async function giveUp(
  work: Work,
  entries: readonly Entry[],
  rows: readonly FullRow[],
  lastError: string,
): Promise<void> {
  const { role, store, backlog, measures, log } = work;
  for (const row of rows) {
    const entry = entries.find(({ id }) => id === row.id);
    const finding = entry ? await mayStillCome(work, entry) : "on the ledger";
    if (finding === "on the ledger") backlog.end([row.id]);
    if (finding === "unknown" && entry) {
      setAside(work, [entry], ASK_AGAIN_MS);
      await store.waits([row.id], `${lastError} (an earlier submission may still come)`);
    }
    if (finding !== "never" || !(await store.failed(row, lastError))) continue;
    backlog.end([row.id]);
    measures.commands.inc({ role, domain: row.domain, outcome: "failed" });
    log.error({ role, ...shown(row), reason: lastError }, "Command failed");
  }
}

const shown = ({ id, name, domain, trace }: FullRow) => ({
  ...{ domain, commandId: id, command: name.slice(domain.length + 1) },
  ...(trace === null ? {} : { traceId: trace }),
});

/** The queue rests until the peer accepts a signature of the role again, perhaps with a new certificate. */
async function standStill({ role, signer, measures, log, term, every }: Work, refused: string): Promise<void> {
  const expired = signer.fabric().identity.notAfter.getTime() < Date.now();
  const reason = expired ? "identity_expired" : "signer_refused";
  measures.stopped.set({ role, reason }, 1);
  log.error({ role, reason, refused }, "Queue stopped");
  while (isWorking(term)) {
    await pause(every.probeMs, term.ended, term.stopping);
    try {
      await signer.renew();
      log.info({ role }, "Queue resumed");
      break;
    } catch (error) {
      log.debug({ role, error }, "Signer still refused");
    }
  }
  measures.stopped.set({ role, reason }, 0);
}

const MISROUTED = ["UNKNOWN_COMMAND", "ROLE_NOT_ALLOWED"];

/** These two refusals say that a command came into the wrong queue: the caller cannot mend that. */
export function noteRouting({ role, measures, log }: Work, { payload }: Settled): void {
  if (!payload || !MISROUTED.some((code) => payload.includes(code))) return;
  const parsed = wireOutcomes.safeParse(JSON.parse(payload.toString("utf8")));
  for (const { code, commandId, command } of parsed.data?.outcomes ?? []) {
    if (code === undefined || !MISROUTED.includes(code)) continue;
    measures.routing.inc({ role, code });
    log.error({ role, code, commandId, command }, "Command in the wrong queue");
  }
}
