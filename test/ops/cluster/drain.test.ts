// SIGTERM to each process under load (operations.md 2.6): nobody's request fails, locks pass, and all that was accepted ends.
import { eventually } from "../../environment.js";
import { bootstrap, country, onLedger } from "../../submitter/world.js";
import type { ProcessName } from "../../../platform/config.js";
import { check } from "../checks.js";
import { beginLoad, type Load } from "./load.js";
import { newReplicas, type Replica, type Replicas } from "./replicas.js";

const START_MS = 300_000;
const PATIENCE_MS = 180_000;

let replicas: Replicas;
let load: Load;
const endings: (() => unknown)[] = [];
const table: string[][] = [
  ["process", "seconds to exit", "exit", "requests", "failed", "hand-over seconds", "next leads after"],
];

beforeAll(async () => {
  replicas = await newReplicas();
  endings.push(() => replicas.close());
  const { world, start } = replicas;
  await Promise.all([start("subgraphs"), start("submitter"), start("projector")]);
  await onLedger(world, await world.accept("admin.bootstrapSystem", bootstrap), PATIENCE_MS);
  await onLedger(world, await world.accept("admin.initializeCountryData", country), PATIENCE_MS);
  await Promise.all([start("subgraphs"), start("submitter"), start("projector"), start("gateway"), start("gateway")]);
  load = beginLoad(replicas, await replicas.token());
  endings.push(() => load.stop());
  await eventually(() => load.tickets.length > 20, "the load to flow", PATIENCE_MS);
}, START_MS);
afterAll(async () => {
  for (const end of endings.reverse()) await end();
  process.stdout.write(`\n${shown(table)}\n`);
}, START_MS);

const shown = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
};

/** The one that leaves and the one that stays, which is ready before: of workers the leader leaves. */
function pairOf(name: ProcessName): [leaving: Replica, staying: Replica] {
  const [first, second] = replicas.all(name);
  if (!first || !second) throw new Error(`there are no two of ${name}`);
  expect([first.isReady(), second.isReady()]).toEqual([true, true]);
  return second.leads() ? [second, first] : [first, second];
}

const secondsSince = (begin: number) => (performance.now() - begin) / 1_000;

/** Seconds from `begin` until the next one leads, and those in which nobody did. */
async function handOverOf([leaving, staying]: [Replica, Replica], begin: number) {
  // What is in flight settles first; from then on nobody leads until the other one does.
  await eventually(() => !leaving.holdsLock(), `${leaving.name} to let go of its locks`, PATIENCE_MS);
  const free = secondsSince(begin);
  await eventually(() => staying.leads(), `${staying.name} to lead`, PATIENCE_MS);
  const next = secondsSince(begin);
  return { next, handOver: next - free };
}

/** Ends one of two, and starts another in its place. */
async function replace(name: ProcessName) {
  const [leaving, staying] = pairOf(name);
  const isWorker = leaving.leads();
  const [requests, failures, begin] = [load.requests(), load.failed.length, performance.now()];
  const ending = leaving.end();
  await eventually(() => !leaving.isReady(), "readiness to be false", PATIENCE_MS);
  const unready = secondsSince(begin);
  const { next, handOver } = isWorker ? await handOverOf([leaving, staying], begin) : {};
  const { status, seconds } = await ending;
  // What was accepted meanwhile is asked for a little longer than the process lived.
  const then = load.tickets.length;
  await eventually(() => load.tickets.length > then + 10, "the load to go on", PATIENCE_MS);
  const failed = load.failed.slice(failures);
  table.push([
    ...[name, seconds.toFixed(2), String(status), String(load.requests() - requests), String(failed.length)],
    ...[handOver, next].map((figure) => figure?.toFixed(2) ?? "-"),
  ]);
  await replicas.start(name);
  return { unready, status, seconds, failed, handOver };
}

async function settles(name: "gateway" | "subgraphs"): Promise<void> {
  const { unready, status, seconds, failed } = await replace(name);
  expect(failed).toEqual([]);
  expect(status).toBe(0);
  expect(seconds).toBeGreaterThanOrEqual(5);
  expect(seconds).toBeLessThan(25);
  expect(unready).toBeLessThan(5);
}

async function handsOver(name: "submitter" | "projector"): Promise<void> {
  const { status, seconds, failed, handOver } = await replace(name);
  expect(failed).toEqual([]);
  expect(status).toBe(0);
  expect(seconds).toBeLessThan(25);
  expect(handOver).toBeLessThan(5);
}

check(
  "OPS-2.8",
  "D",
  "a gateway, told to end under load, settles and ends with 0 in less than 25 s, and no request fails",
  () => settles("gateway"),
  PATIENCE_MS,
);
check(
  "OPS-2.8",
  "D",
  "subgraphs, told to end under load, settle and end with 0 in less than 25 s, and no request fails",
  () => settles("subgraphs"),
  PATIENCE_MS,
);
check(
  "OPS-2.8",
  "L",
  "the submitter that leads, told to end under load, ends with 0 in less than 25 s; the one that waited leads in less than 5 s, and no request fails",
  () => handsOver("submitter"),
  PATIENCE_MS,
);
check(
  "OPS-2.8",
  "L",
  "the projector that leads, told to end under load, ends with 0 in less than 25 s; the one that waited leads in less than 5 s, and no request fails",
  () => handsOver("projector"),
  PATIENCE_MS,
);

check(
  "OPS-2.8",
  "L",
  "every command that was accepted while processes ended comes to its end, once",
  async () => {
    await load.stop();
    const ids = [...load.tickets];
    const outcomes = await onLedger(replicas.world, ids, PATIENCE_MS);
    const asked = new Set(ids);
    const firsts = outcomes.filter(({ commandId, repeatOf }) => asked.has(commandId) && !repeatOf);
    expect(firsts).toHaveLength(ids.length);
    expect(firsts.filter(({ status }) => status !== "committed")).toEqual([]);
    await eventually(
      async () => {
        const sql = "select count(*)::int as open from app.command where status in ('ACCEPTED', 'SUBMITTED')";
        return (await replicas.world.database.pool.query<{ open: number }>(sql)).rows[0]?.open === 0;
      },
      "all commands to end",
      PATIENCE_MS,
    );
  },
  PATIENCE_MS,
);
