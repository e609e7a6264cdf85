// Whether a process lives and can do its job: named checks, refreshed in the background, and the routes that show them.
// Never compute a check for a request: a slow dependency must not make a probe slow.
import type { IncomingMessage, ServerResponse } from "node:http";
import { advised } from "./errors.js";
import { unframed } from "./headers.js";
import type { Metrics } from "./metrics.js";

/** Throws when the check fails; a returned text is shown as detail. */
export type Probe = () => string | void | Promise<string | void>;

export interface CheckState {
  name: string;
  ok: boolean;
  /** Since when `ok` has its value, ISO 8601 in UTC. */
  since: string;
  detail: string;
}

export interface HealthReport {
  status: "ready" | "failing" | "starting" | "draining";
  checks: CheckState[];
  version: string;
  /** What the process tells of itself: height, leader, watermark … */
  [fact: string]: unknown;
}

export type LifeReport = Pick<HealthReport, "checks" | "version"> & { status: "alive" | "stuck" };

export interface Health {
  /** Adds a check; it runs at once and then again and again, at most a second later. */
  check(name: string, probe: Probe): void;
  /** Adds a field to the body of /readyz; `read` must be cheap and must not wait. */
  fact(name: string, read: () => unknown): void;
  /** The event loop turned in the last 5 s. */
  alive(): boolean;
  /** Started, not draining, every check true. */
  ready(): boolean;
  /** What /readyz shows. */
  report(): HealthReport;
  /** What /livez shows: nothing that is outside of the process. */
  life(): LifeReport;
}

/** What `run` needs beside: the ends of starting and of working. */
export interface HealthControl extends Health {
  started(): void;
  draining(): void;
  close(): void;
}

const EVERY_MS = 1_000;
/** A start should not wait a second for what became true at once. */
const EVERY_MS_WHILE_FALSE = 250;
const PROBE_LIMIT_MS = 5_000;
const ALIVE_MS = 5_000;

export function createHealth(version: string): HealthControl {
  const checks: Check[] = [];
  const facts = new Map<string, () => unknown>();
  let phase: "starting" | "working" | "draining" = "starting";
  let tick = Date.now();
  const begun = new Date().toISOString();
  const ticking = setInterval(() => (tick = Date.now()), EVERY_MS).unref();
  const ready = () => phase === "working" && checks.every(({ state }) => state.ok);
  const status = () => {
    if (phase !== "working") return phase;
    return ready() ? "ready" : "failing";
  };
  const alive = () => Date.now() - tick <= ALIVE_MS;
  const turning = () => ({ name: "event loop", ok: alive(), since: alive() ? begun : new Date(tick).toISOString() });
  return {
    check: (name, probe) => void checks.push(startCheck(name, probe)),
    fact: (name, read) => void facts.set(name, read),
    alive,
    ready,
    life: () => ({
      status: alive() ? "alive" : "stuck",
      checks: [{ ...turning(), detail: `last turn ${new Date(tick).toISOString()}` }],
      version,
    }),
    report: () => ({
      status: status(),
      checks: checks.map(({ state }) => ({ ...state })),
      version,
      ...Object.fromEntries([...facts].map(([name, read]) => [name, read()])),
    }),
    started: () => void (phase = "working"),
    draining: () => void (phase = "draining"),
    close: () => {
      clearInterval(ticking);
      for (const check of checks) check.stop();
    },
  };
}

interface Check {
  state: CheckState;
  stop: () => void;
}

function startCheck(name: string, probe: Probe): Check {
  const state: CheckState = { name, ok: false, since: new Date().toISOString(), detail: "not checked yet" };
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const refresh = async () => {
    const { ok, detail } = await outcomeOf(probe);
    if (ok !== state.ok) Object.assign(state, { ok, since: new Date().toISOString() });
    state.detail = detail;
    if (!stopped) timer = setTimeout(() => void refresh(), ok ? EVERY_MS : EVERY_MS_WHILE_FALSE).unref();
  };
  void refresh();
  return {
    state,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function outcomeOf(probe: Probe): Promise<{ ok: boolean; detail: string }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${PROBE_LIMIT_MS / 1_000} s`)), PROBE_LIMIT_MS).unref();
  });
  try {
    return { ok: true, detail: (await Promise.race([probe(), late])) ?? "" };
  } catch (error) {
    return { ok: false, detail: advised(error) };
  } finally {
    clearTimeout(timer);
  }
}

export const opsPaths = ["/livez", "/healthz", "/readyz", "/metrics"] as const;

/** Answers one of `opsPaths` and returns true; leaves any other request alone and returns false. */
export type OpsRoutes = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The three routes as a plain handler, for a server of their own or mounted in front of another one. */
export function opsRoutes(health: Health, metrics: Metrics): OpsRoutes {
  return (request, response) => {
    const path = pathOf(request);
    if (path === "/livez" || path === "/healthz") return json(response, health.alive(), health.life());
    if (path === "/readyz") return json(response, health.ready(), health.report());
    if (path !== "/metrics") return false;
    void metrics.text().then(
      (text) => response.writeHead(200, { ...unframed, "content-type": metrics.contentType }).end(text),
      () => response.writeHead(500, unframed).end(),
    );
    return true;
  };
}

/** Readiness alone, as a status without a word: for whoever stands before a port that the world may reach. */
export function bareReadiness(health: Pick<Health, "ready">): OpsRoutes {
  return (request, response) => {
    if (pathOf(request) !== "/readyz") return false;
    response.writeHead(health.ready() ? 200 : 503, { ...unframed, "cache-control": "no-store", "content-length": 0 });
    response.end();
    return true;
  };
}

const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

/** The same routes for callers on this machine; nobody else learns that they are there. */
export function toLoopback(ops: OpsRoutes): OpsRoutes {
  return (request, response) => LOOPBACK.test(request.socket.remoteAddress ?? "") && ops(request, response);
}

/** Undefined for a request that does more than read. */
function pathOf({ url = "", method }: IncomingMessage): string | undefined {
  return method === "GET" || method === "HEAD" ? url.split("?", 1)[0] : undefined;
}

function json(response: ServerResponse, ok: boolean, body: unknown): true {
  const headers = { ...unframed, "content-type": "application/json", "cache-control": "no-store" };
  response.writeHead(ok ? 200 : 503, headers);
  response.end(JSON.stringify(body));
  return true;
}
