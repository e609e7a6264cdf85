// gx status: every part of this home: ready or why not, pid, memory, and what it tells of itself.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { readConfig, version, type Config } from "../platform/config.js";
import type { Finding } from "./doctor/finding.js";
import { outsideServers } from "./doctor/outside.js";
import { servedPostgres } from "./ground/postgres.js";
import { servedRedis } from "./ground/redis.js";
import { networkFolder } from "./network/options.js";
import { lockHolder } from "./system/lock.js";
import { stepsOf, type Part } from "./system/part.js";
import { readPid, runningPart } from "./system/pidfile.js";
import { memoryOfTree } from "./system/processes.js";
import { readyz, type ReadyBody } from "./system/readyz.js";

interface PartStatus {
  name: string;
  ready: boolean;
  /** Why it is not ready; of a server outside also what was found. */
  detail: string;
  pid: number | undefined;
  /** Undefined for a server outside, which has its address in a setting. */
  port: number | undefined;
  memoryBytes: number | undefined;
  /** Height, lag, leader, queue depths …: whatever the process tells. */
  facts: Readonly<Record<string, unknown>>;
}

export function register(program: Command): void {
  program
    .command("status")
    .description("Show every part of this system: ready or why not. Exit status 1 when a part is not ready.")
    .option("--json", "for programs")
    .action(showStatus);
}

async function showStatus(options: { json?: boolean }): Promise<void> {
  const config = readConfig();
  const parts = stepsOf(config).filter((step): step is Part => !("run" in step));
  const own = await Promise.all(parts.map((part) => statusOf(config, part)));
  const network = config.onOwnNetwork ? [await networkStatus(config)] : [];
  const statuses = [...(await outsideServers(config)).map(outsideStatus), ...network, ...own];
  const whole = { version, home: config.home, diskBytes: sizeOf(config.home), parts: statuses };
  if (options.json) console.log(JSON.stringify(whole, undefined, 2));
  else for (const line of tableOf(whole)) console.log(line);
  process.exitCode = statuses.every(({ ready }) => ready) ? 0 : 1;
  // A peer that hangs in its TLS handshake holds the socket, and with it this process, also after the connection's close.
  setTimeout(() => process.exit(), LEAVE_MS).unref();
}

const LEAVE_MS = 500;

async function statusOf(config: Config, part: Part): Promise<PartStatus> {
  const running = runningPart(config.home, part.name);
  const base = {
    name: part.name,
    port: part.port,
    pid: running?.pid,
    memoryBytes: running && memoryOfTree(running.pid),
  };
  if (!running) {
    const detail = readPid(config.home, part.name) ? "was killed" : "does not run";
    return { ...base, ready: false, detail, facts: {} };
  }
  if (part.opsPort === undefined) {
    const detail = await serverFault(config, part.name);
    return { ...base, ready: detail === "", detail, facts: {} };
  }
  const answer = await readyz(part.opsPort);
  return { ...base, ready: answer?.ok ?? false, detail: faultOf(answer), facts: factsOf(answer?.body) };
}

/** The network of this home, which outlives the system. */
async function networkStatus({ home, ports }: Config): Promise<PartStatus> {
  const holder = lockHolder(networkFolder(home));
  const base = { name: "network", port: ports.networkOps, pid: holder?.pid };
  if (!holder) {
    const detail = "does not run → npm run gx -- network up";
    return { ...base, ready: false, detail, memoryBytes: undefined, facts: {} };
  }
  const answer = await readyz(ports.networkOps);
  const memory = answer?.body["memoryBytes"];
  const memoryBytes = typeof memory === "number" ? memory : undefined;
  return { ...base, ready: answer?.ok ?? false, detail: faultOf(answer), memoryBytes, facts: factsOf(answer?.body) };
}

/** A server outside by the name of its setting, as the doctor finds it. */
function outsideStatus({ what, ok, detail, mend }: Finding): PartStatus {
  const unknown = { pid: undefined, port: undefined, memoryBytes: undefined, facts: {} };
  return { name: what, ready: ok, detail: mend === undefined ? detail : `${detail} → ${mend}`, ...unknown };
}

async function serverFault(config: Config, name: string): Promise<string> {
  const served = name === "postgres" ? await servedPostgres(config) : await servedRedis(config);
  return served ? "" : "does not answer";
}

function faultOf(answer: Awaited<ReturnType<typeof readyz>>): string {
  if (answer === undefined) return "does not answer";
  if (answer.ok) return "";
  const failing = answer.body.checks?.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  return failing?.join("; ") || String(answer.body.status ?? "not ready");
}

function factsOf(body: ReadyBody | undefined): Readonly<Record<string, unknown>> {
  const entries = Object.entries(body ?? {});
  return Object.fromEntries(entries.filter(([name]) => !["status", "checks", "version", "memoryBytes"].includes(name)));
}

function sizeOf(folder: string): number {
  if (!existsSync(folder)) return 0;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.map((entry) =>
    entry.isFile() ? (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0) : 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const megabytes = (bytes: number | undefined) => (bytes === undefined ? "" : `${Math.round(bytes / 1_048_576)} MB`);

function tableOf({
  home,
  diskBytes,
  parts,
}: {
  home: string;
  diskBytes: number;
  parts: readonly PartStatus[];
}): string[] {
  const rows = parts.map((part) => [rowOf(part), ...linesOf(part)].join("\n"));
  const memory = parts.reduce((sum, part) => sum + (part.memoryBytes ?? 0), 0);
  return [...rows, `version ${version}, ${megabytes(memory)} memory, ${megabytes(diskBytes)} in ${home}`];
}

function rowOf({ name, ready, detail, pid, port, memoryBytes, facts }: PartStatus): string {
  const told = Object.entries(facts)
    .filter(([fact]) => !listed.includes(fact))
    .map(([fact, value]) => `${fact} ${shown(value)}`);
  const place = port === undefined ? "outside" : `port ${port}`;
  const cells = [name.padEnd(14), (ready ? "ready" : "not ready").padEnd(9), `pid ${pid ?? "-"}`.padEnd(12)];
  return [...cells, place.padEnd(11), megabytes(memoryBytes).padEnd(7), detail || told.join(", ")].join(" ").trimEnd();
}

/** Facts that are lists of records: each element gets a line of its own. */
const listed = ["peers", "nodes"];

function linesOf({ facts }: PartStatus): string[] {
  return listed.flatMap((fact) => {
    const elements = facts[fact];
    return Array.isArray(elements) ? elements.map((element) => `${"".padEnd(14)} ${lineOf(element)}`) : [];
  });
}

/** How a field of such a record is shown, in this order; others are for programs. */
const fields: Readonly<Record<string, (value: unknown) => string>> = {
  name: String,
  address: String,
  mspId: String,
  state: String,
  pid: (pid) => `pid ${String(pid)}`,
  port: (port) => `port ${String(port)}`,
  height: (height) => `height ${String(height)}`,
  rttMs: (ms) => `${Math.round(Number(ms))} ms`,
  leader: (leads) => (leads === true ? "leads" : ""),
};

function lineOf(element: object): string {
  const values = new Map(Object.entries(element));
  const shownFields = Object.entries(fields).map(([name, show]) => (values.has(name) ? show(values.get(name)) : ""));
  return shownFields.filter((text) => text !== "").join("  ");
}

/** Of nested facts those that are not 0: a queue with nothing in it needs no figures. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(" ");
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== 0);
  return entries.length === 0 ? "empty" : `(${entries.map(([name, inner]) => `${name} ${shown(inner)}`).join(", ")})`;
}
