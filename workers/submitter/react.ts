// What is done about a submission that failed, and what is told about one that did not: the verdicts put into effect.
// Never makes a command FAILED that somebody else took further.
import { wireOutcomes } from "../../catalogue/wire.js";
import { noteFailure, type Entry } from "./backlog.js";
import type { FailureClass } from "./classes.js";
import { pause } from "./pause.js";
import type { Settled } from "./settle.js";
import type { FullRow } from "./store.js";
import type { Submission } from "./submit.js";
import { attemptDelay, MAX_FAILURES, MISMATCH_ALARM, verdictOn } from "./verdict.js";
import { isWorking, type Work } from "./work.js";

type Failed = Extract<Submission, { is: "failed" }>;

export async function actOn(work: Work, entries: Entry[], { failure, reason, rows }: Failed): Promise<void> {
  const { role, measures, log, term } = work;
  const times = noteFailure(entries, failure);
  const verdict = verdictOn(failure, { commands: entries.length, times });
  const lastError = `${failure}: ${reason}`;
  measures.retries.inc({ role, class: failure });
  log.warn({ role, code: failure, reason, times, count: entries.length, act: verdict.act }, "Submission failed");
  if (failure === "MISMATCH" && times === MISMATCH_ALARM) log.error({ role, reason }, "Endorsements differ repeatedly");
  switch (verdict.act) {
    case "again":
      await noteReason(work, entries, failure, lastError);
      return pause(verdict.afterMs, term.ended, term.stopping);
    case "alone":
      for (const entry of entries) Object.assign(entry, { alone: true, met: {} });
      return;
    case "stop":
      await noteReason(work, entries, failure, lastError);
      return standStill(work, reason);
    case "count":
      return countAttempt(work, entries, rows, lastError);
    case "fail":
      return giveUp(work, rows, lastError);
  }
}

/** The rows say why they wait; once, not with every try. */
async function noteReason({ store }: Work, entries: Entry[], failure: FailureClass, lastError: string): Promise<void> {
  const fresh = entries.filter(({ met }) => met[failure] === 1).map(({ id }) => id);
  if (fresh.length > 0) await store.waits(fresh, lastError);
}

async function countAttempt(work: Work, entries: Entry[], rows: FullRow[], lastError: string): Promise<void> {
  for (const row of rows) {
    const failures = await work.store.counted(row, lastError);
    const entry = entries.find(({ id }) => id === row.id);
    if (failures === undefined || entry === undefined) continue;
    if (failures >= MAX_FAILURES) await giveUp(work, [row], lastError);
    else Object.assign(entry, { alone: true, notBefore: Date.now() + attemptDelay(failures) });
  }
}

async function giveUp(
  { role, store, backlog, measures, log }: Work,
  rows: FullRow[],
  lastError: string,
): Promise<void> {
  for (const row of rows) {
    if (!(await store.failed(row, lastError))) continue;
    backlog.end([row.id]);
    measures.commands.inc({ role, domain: row.domain, outcome: "failed" });
    log.error({ role, domain: row.domain, commandId: row.id, command: row.name, reason: lastError }, "Command failed");
  }
}

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
