// The state of every part, as the console shows it: asked of the parts in development, elsewhere what the gateway knows.
// Never waits longer than a second and a half for a part, and never tells the password in an address.
import { request, type Dispatcher } from "undici";
import type { Config } from "../platform/config.js";
import { messageOf } from "../platform/errors.js";
import type { CheckState, HealthReport } from "../platform/health.js";

export type PartState = "ready" | "failing" | "starting" | "draining" | "away";

export interface PartStatus {
  readonly name: string;
  readonly state: PartState;
  /** Since when, ISO 8601 in UTC, as far as it is known. */
  readonly since: string | undefined;
  /** Why it is not ready; empty when it is. */
  readonly detail: string;
  readonly version: string | undefined;
  /** Height, lag, leader, queue depths, memory …: what the part tells of itself. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface SystemStatus {
  readonly env: Config["env"];
  readonly version: string;
  readonly at: string;
  readonly parts: readonly PartStatus[];
}

export type ReadStatus = () => Promise<SystemStatus>;

const OF_FABRIC = /^(identity .*|block (stream|reader))$/;
const ANSWER_MS = 1_500;
const FRESH_MS = 1_000;

/** Everybody who asks within a second gets the same answer. */
export function openStatus(config: Config, own: () => HealthReport, dispatcher?: Dispatcher): ReadStatus {
  const parts = config.env === "development" ? portsOf(config) : [];
  const away = new Map<string, string>();
  const look = async (): Promise<SystemStatus> => {
    const at = new Date().toISOString();
    const others = await Promise.all(parts.map((part) => ask(part, away, dispatcher)));
    const { env, version } = config;
    const all = [ofReport("gateway", own()), ...others.map(({ status }) => status)];
    return {
      env,
      version,
      at,
      parts: [
        ...all,
        ...servers(
          config,
          others.flatMap(({ report }) => report ?? []),
        ),
      ],
    };
  };
  let latest: Promise<SystemStatus> | undefined;
  let until = 0;
  return () => {
    if (!latest || Date.now() > until) {
      until = Date.now() + ANSWER_MS + FRESH_MS;
      latest = look().finally(() => (until = Date.now() + FRESH_MS));
    }
    return latest;
  };
}

interface Part {
  readonly name: string;
  readonly port: number;
}

function portsOf({ ports, embedded, onOwnNetwork }: Config): Part[] {
  return [
    { name: "subgraphs", port: ports.subgraphs },
    { name: "submitter", port: ports.submitter },
    { name: "projector", port: ports.projector },
    ...(embedded.ledger ? [{ name: "ledger", port: ports.ledgerOps }] : []),
    ...(onOwnNetwork ? [{ name: "network", port: ports.networkOps }] : []),
  ];
}

interface Asked {
  readonly status: PartStatus;
  readonly report: HealthReport | undefined;
}

async function ask({ name, port }: Part, away: Map<string, string>, dispatcher?: Dispatcher): Promise<Asked> {
  try {
    const { body } = await request(`http://127.0.0.1:${port}/readyz`, {
      ...{ headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS, signal: AbortSignal.timeout(ANSWER_MS) },
      ...(dispatcher ? { dispatcher } : {}),
    });
    const report = (await body.json()) as HealthReport;
    const status = ofReport(name, report);
    away.delete(name);
    return { status, report };
  } catch (error) {
    const since = away.get(name) ?? new Date().toISOString();
    away.set(name, since);
    const detail = `does not answer on port ${port} (${redacted(messageOf(error))})`;
    return { status: { name, state: "away", since, detail, version: undefined, facts: {} }, report: undefined };
  }
}

/** @throws TypeError for what is no report. */
function ofReport(name: string, { status, checks, version, ...facts }: HealthReport): PartStatus {
  const failing = checks.filter(({ ok }) => !ok);
  const ready = status === "ready";
  const whole = status === "failing" ? failing : checks;
  const since = whole.map((check) => check.since).sort((a, b) => (ready ? (a < b ? 1 : -1) : a < b ? -1 : 1))[0];
  const detail = ready ? "" : failing.map((check) => `${check.name}: ${check.detail}`).join("; ") || status;
  return { name, state: status, since, detail: redacted(detail), version, facts };
}

/** Fabric's network, PostgreSQL and Redis have no readiness for us: they are what the parts that use them see. */
function servers({ embedded, onOwnNetwork }: Config, reports: readonly HealthReport[]): PartStatus[] {
  const checks = reports.flatMap((report) => report.checks);
  const seen = [
    // What runs on this machine is a part and answers for itself.
    {
      name: "fabric",
      checks: embedded.ledger || onOwnNetwork ? [] : checks.filter(({ name }) => OF_FABRIC.test(name)),
    },
    { name: "postgresql", checks: checks.filter(({ name }) => name === "database") },
    { name: "redis", checks: checks.filter(({ name }) => name.startsWith("redis ")) },
  ];
  return seen.flatMap(({ name, checks: of }) => (of.length > 0 ? [asSeen(name, of)] : []));
}

function asSeen(name: string, checks: readonly CheckState[]): PartStatus {
  const failing = checks.filter(({ ok }) => !ok);
  const among = failing.length > 0 ? failing : checks;
  const since = among
    .map((check) => check.since)
    .sort()
    .at(failing.length > 0 ? 0 : -1);
  const state = failing.length === 0 ? "ready" : failing.length === checks.length ? "away" : "failing";
  const detail = [...new Set(failing.map((check) => check.detail))].join("; ");
  return { name, state, since, detail: redacted(detail), version: undefined, facts: {} };
}

const redacted = (text: string): string => text.replace(/:\/\/[^@\s/]*@/g, "://…@");
