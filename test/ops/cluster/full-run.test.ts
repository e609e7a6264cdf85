// A whole system with people and payments: every metric and every line of the log, held against what was typed by hand.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { newSystem, until, type System } from "../../../bench/system.js";
import { demoPeople } from "../../../platform/development-identities.js";
import { check } from "../checks.js";
import { faultsOf, leaksIn } from "../log-lines.js";
import { bounds, extras, metrics, type Exposing, type Metric } from "../metrics.js";
import { familiesIn, scraped, type Family } from "./exposed.js";

const OFFSET = 900;
const ports = { gateway: 4000, subgraphs: 3001, submitter: 9090, projector: 9091, ledger: 7053 } as const;
type Process = keyof typeof ports;
const processes = Object.keys(ports) as Process[];
const kindsOf = (process: Process): readonly Exposing[] =>
  process === "subgraphs" ? ["subgraphs", "subgraph-admin"] : [process];

let system: System;
let database: pg.Pool;
const families = new Map<Process, ReadonlyMap<string, Family>>();
const traceId = randomBytes(16).toString("hex");

beforeAll(async () => {
  system = await newSystem(OFFSET, { LOG_LEVEL: "trace" }, "--demo");
  database = new pg.Pool({ connectionString: system.databaseUrl(), max: 4 });
  const commandId = await pay(5, traceId);
  await until("the payment in rows", async () => (await statusOf(commandId)) === "COMMITTED");
  await ask("{ me { id } }", {}, { "x-gx-after": commandId });
  await system.ask("{ me { id } }", {});
  // Gauges that are asked for in turn have been by then.
  await until("the counts of jobs", async () => familiesIn(await read("submitter")).get("queue_jobs")?.series[0]);
  for (const process of processes) families.set(process, familiesIn(await read(process)));
}, 240_000);
afterAll(async () => {
  await database?.end();
  await system?.remove();
}, 60_000);

const read = (process: Process) => scraped(ports[process] + OFFSET);
const ask = <T>(query: string, variables: Record<string, unknown>, headers: Record<string, string> = {}) =>
  system.ask<T>(query, variables, system.tokens("USER", [demoPeople.Ada])[0], headers);

const SEND = readFileSync("schema/operations/send.graphql", "utf8").trim();
const nameOfMutation = /\{\s*(\w+)\(/.exec(SEND)?.[1] ?? "";

/** Ada pays Bola; the id of the command. */
async function pay(qirat: number, trace: string): Promise<string> {
  const variables = { to: demoPeople.Bola, amount: String(qirat), key: randomUUID() };
  const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
  const answer = await ask<Record<string, { commandId: string }>>(SEND, variables, headers);
  const id = answer.data?.[nameOfMutation]?.commandId;
  if (id === undefined) throw new Error(`not accepted: ${JSON.stringify(answer.errors)}`);
  return id;
}

const statusOf = async (id: string): Promise<string | undefined> =>
  (await database.query<{ status: string }>("select status from app.command where id = $1", [id])).rows[0]?.status;

const valueOf = async (process: Process, name: string, labels: Record<string, string> = {}): Promise<number> => {
  const series = familiesIn(await read(process)).get(name)?.series ?? [];
  const found = series.find((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value));
  return found?.value ?? NaN;
};

// ---------------------------------------------------------------- metrics

const ours = [...metrics, ...extras];
const inProcess = (process: Process) =>
  ours.filter((metric) => metric.in.some((kind) => kindsOf(process).includes(kind)));

/** Of what a calm run does not count: nothing failed, and nobody came too late. */
const silent = [
  ...["gateway_rejected_total", "command_idempotent_total", "command_enqueue_failed_total"],
  ...["outbox_submitter_queue_stopped", "outbox_submitter_routing_errors_total", "outbox_submitter_retries_total"],
  ...["outbox_submitter_held_back", "outbox_submitter_bisects_total", "outbox_submitter_swept_total"],
  ...["outbox_submitter_breaker_state", "fabric_identity_reloads_total", "projector_quarantined_total"],
  ...["projector_quarantine_rows", "cache_invalidations_total", "gateway_subscriptions"],
];

function faultsOfFamily({ name, type, labels, bounds: of }: Metric, family: Family | undefined): string[] {
  if (!family) return [`${name} is missing`];
  if (family.type !== type) return [`${name} is a ${family.type}, not a ${type}`];
  const expected = [...labels, "environment", "service"].sort().join();
  const shown = family.series.map((series) => Object.keys(series.labels).filter((label) => label !== "le"));
  const wrong = [...new Set(shown.map((each) => each.sort().join()))].filter((each) => each !== expected);
  const steps = family.series.flatMap(({ labels: { le } }) => (le === undefined || le === "+Inf" ? [] : [Number(le)]));
  const known: readonly number[] = of === undefined ? [] : bounds[of];
  return [
    ...wrong.map((each) => `${name} has the labels ${each}, not ${expected}`),
    ...[...new Set(steps)].filter((step) => !known.includes(step)).map((step) => `${name} has a bucket ${step}`),
    ...(steps.length > 0 && new Set(steps).size !== known.length ? [`${name} has other buckets`] : []),
  ];
}

check("OPS-4.1", "L", "after the demo each process exposes its metrics by name, type, labels and buckets", () => {
  const faults = processes.flatMap((process) =>
    inProcess(process).flatMap((metric) => faultsOfFamily(metric, families.get(process)?.get(metric.name))),
  );
  expect(faults).toEqual([]);
});

check("OPS-4.1", "L", "after the demo no process exposes a metric that is not in the table", () => {
  const extra = processes.flatMap((process) => {
    const known = inProcess(process).map(({ name }) => name);
    return [...(families.get(process)?.keys() ?? [])]
      .filter((name) => !known.includes(name))
      .map((name) => `${process}: ${name}`);
  });
  expect(extra).toEqual([]);
});

check("OPS-4.1", "D", "after the demo every metric has a series somewhere, but for what only trouble counts", () => {
  const shown = new Set(
    [...families.values()].flatMap((of) => [...of].flatMap(([name, { series }]) => (series.length > 0 ? [name] : []))),
  );
  const expected = processes.flatMap(inProcess).map(({ name }) => name);
  expect(expected.filter((name) => !shown.has(name) && !silent.includes(name))).toEqual([]);
});

check("OPS-4.1", "L", "a process exposes fewer than 2,000 series, under the name of its Deployment", () => {
  const counted = processes.map((process) => {
    const series = [...(families.get(process)?.values() ?? [])].flatMap((family) => family.series);
    expect(new Set(series.map(({ labels }) => labels["service"]))).toEqual(new Set([process]));
    return [process, series.length] as const;
  });
  console.log(`series: ${counted.map((each) => each.join(" ")).join(", ")}`);
  expect(counted.filter(([, count]) => count >= 2_000)).toEqual([]);
});

check(
  "OPS-4.1",
  "L",
  "an operation of ours is counted by its name at the gateway and in the subgraph, any other as other",
  () => {
    const named = (process: Process) =>
      new Set(
        families
          .get(process)
          ?.get("graphql_operations_total")
          ?.series.map(({ labels }) => labels["operation"]),
      );
    expect([...named("gateway")]).toEqual(expect.arrayContaining(["send", "other"]));
    expect([...named("subgraphs")]).toEqual(expect.arrayContaining(["send", "other"]));
  },
);

// ---------------------------------------------------------------- log

const logOf = (process: Process) => {
  const files = readdirSync(join(system.home, "logs")).filter((name) => name.startsWith(`${process}.log`));
  return files.map((name) => readFileSync(join(system.home, "logs", name), "utf8")).join("");
};
const linesOf = (process: Process) => logOf(process).split("\n").filter(Boolean);
const parsed = (process: Process) => linesOf(process).map((line) => JSON.parse(line) as Record<string, unknown>);

check("OPS-4.5", "L", "every line of a full run is a JSON object with the fields that it must have", () => {
  console.log(`lines: ${processes.map((process) => `${process} ${linesOf(process).length}`).join(", ")}`);
  for (const process of processes) {
    expect(linesOf(process).length).toBeGreaterThan(0);
    expect(linesOf(process).flatMap(faultsOf)).toEqual([]);
  }
});

/** Everything that this system must not tell: its keys, passwords and tokens, and what people have put into commands. */
async function secrets(): Promise<Record<string, string>> {
  const known: Record<string, string> = { token: system.tokens("ADMIN")[0] ?? "" };
  for (const folder of ["keys", "wallets"].map((name) => join(system.home, name)).filter(existsSync)) {
    for (const name of readdirSync(folder).filter((file) => /-key$|-cert$|statement|jwt|secret|private/.test(file)))
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .filter((line) => line.length >= 32 && !line.startsWith("---"))
        .forEach((line, at) => (known[`${name} line ${at}`] = line));
  }
  for (const url of [system.databaseUrl(), system.redisUrl()]) {
    const { password, protocol } = new URL(url.trim());
    if (password !== "") known[`password of ${protocol}`] = password;
  }
  const { rows } = await database.query<{ name: string; input: Record<string, unknown> }>(
    "select name, input from app.command",
  );
  for (const { name, input } of rows) {
    known[`input of ${name}`] = JSON.stringify(input);
    if (typeof input["biometricHash"] === "string") known[`biometricHash of ${name}`] = input["biometricHash"];
  }
  return known;
}

check("OPS-4.5", "L", "no token, key, certificate, password or payload is found in the log of a full run", async () => {
  const known = await secrets();
  expect(Object.keys(known).length).toBeGreaterThan(10);
  for (const process of processes) expect([process, ...leaksIn(logOf(process), known)]).toEqual([process]);
  const [secret = ""] = Object.values(known);
  expect(leaksIn(`${logOf("gateway")}${secret}`, known)).not.toEqual([]);
});

check(
  "OPS-4.5",
  "L",
  "a trace that a caller names is found in the lines of gateway, subgraph, submitter and projector",
  async () => {
    const tells = (process: Process, message: string) =>
      parsed(process).some(
        (line) =>
          line["message"] === message && (line["traceId"] === traceId || [line["traceIds"]].flat().includes(traceId)),
      );
    await until("the projector's line", () => Promise.resolve(tells("projector", "Block projected")));
    expect(tells("gateway", "Request answered")).toBe(true);
    expect(tells("subgraphs", "Command accepted")).toBe(true);
    expect(tells("submitter", "Processing command")).toBe(true);
  },
);

check("OPS-4.5", "L", "the lines that runbooks look for are there, word by word", () => {
  const said = parsed("submitter");
  const first = (message: string) => said.find((line) => line["message"] === message);
  for (const name of ["org1-super-admin", "org1-admin", "org1-partner-api"])
    expect(first(`Successfully connected Fabric client for ${name}`)).toBeDefined();
  expect(first("All Fabric clients initialized successfully")).toMatchObject({ count: 3 });
  expect(first("Processing command")).toMatchObject({ commandIds: expect.any(Array) as unknown });
});

// ---------------------------------------------------------------- lag and queue depth

check(
  "OPS-4.3",
  "L",
  "the lag is 0 on an idle chain, is the age of the first missing block while nothing is projected, and 0 again",
  async () => {
    await until("an idle chain", async () => (await valueOf("projector", "projector_lag_milliseconds")) === 0);
    const holder = await database.connect();
    try {
      await holder.query("begin");
      await holder.query("select from read.checkpoint for update");
      const first = await pay(7, randomBytes(16).toString("hex"));
      const seen = await until("a lag of two seconds", async () => {
        const before = Date.now();
        const lag = await valueOf("projector", "projector_lag_milliseconds");
        return lag > 2_000 && { lag, before, after: Date.now() };
      });
      await holder.query("commit");
      await until("the payment in rows", async () => (await statusOf(first)) === "COMMITTED");
      const { rows } = await database.query<{ at: Date }>("select committed_at as at from app.command where id = $1", [
        first,
      ]);
      const at = rows[0]?.at.getTime() ?? NaN;
      expect(seen.lag).toBeGreaterThanOrEqual(seen.before - at - 1);
      expect(seen.lag).toBeLessThanOrEqual(seen.after - at + 1);
    } finally {
      holder.release();
    }
    await until("the lag to be over", async () => (await valueOf("projector", "projector_lag_milliseconds")) === 0);
  },
  120_000,
);

check(
  "OPS-4.6",
  "D",
  "how many commands wait, and how long, is told while all submitters are stopped",
  async () => {
    const waiting = { role: "gx_partner_api", status: "ACCEPTED" };
    const submitter = system.pid("submitter");
    process.kill(submitter, "SIGSTOP");
    try {
      await pay(1, randomBytes(16).toString("hex"));
      await pay(2, randomBytes(16).toString("hex"));
      await until(
        "two commands in the queue",
        async () => (await valueOf("subgraphs", "outbox_command_queue_depth", waiting)) === 2,
      );
      await until("an age", async () => (await valueOf("subgraphs", "outbox_command_oldest_seconds", waiting)) > 0);
    } finally {
      process.kill(submitter, "SIGCONT");
    }
    await until(
      "an empty queue",
      async () => (await valueOf("subgraphs", "outbox_command_queue_depth", waiting)) === 0,
    );
  },
  120_000,
);
