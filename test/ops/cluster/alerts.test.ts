// Faults in a running system, and the alerts that people get of them: by real Prometheus and Alertmanager, with the rules and
// routes that are shipped, their times divided. Beside them a calm run, and every panel asked for data.
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { alertsOf, rulesOf } from "../../../ops/rules.js";
import { eventually } from "../../environment.js";
import { checkWith } from "../checks.js";
import { whyNot } from "../programs.js";
import { keepTable, tableOf, type Row } from "./alert-table.js";
import { besides, faults, notHere, settled, type Expected, type Fault, type Stage } from "./faults.js";
import { newMonitoring, programs, SCALE, SLOW_SCALE, waitOf, type Told } from "./monitoring.js";
import { namesIn } from "./names-in.js";
import { panelQueries } from "./panels.js";
import { sightOf } from "./sight.js";
import { newWatched } from "./watched.js";

/** Typed from the specification: class of an alert → who hears of it. */
const receiverOf = { P0: "pager", P1: "pager", P2: "chat", P3: "digest" } as const;
const classOf: Readonly<Record<string, keyof typeof receiverOf>> = {
  ...{ SubmitterDown: "P0", GatewayDown: "P0", PostgresDown: "P0", PostgresNoPrimary: "P0", ProjectorStopped: "P0" },
  ...{ FabricConnectionLost: "P0", FabricIdentityExpiring1d: "P0" },
  ...{ ProjectorLagHigh: "P1", LaneStopped: "P1", SubmitterReplicaDown: "P1", SubgraphDown: "P1", PodCrashLoop: "P1" },
  ...{ ImagePullFailing: "P1", NodeNotReady: "P1", JobFailed: "P1", OutboxQueueGrowingFast: "P1" },
  ...{ OutboxCommandsStuck: "P1", EventsQuarantined: "P1", BreakerOpen: "P1", FabricIdentityExpiring7d: "P1" },
  ...{ ReplicationBroken: "P1", RedisDown: "P1", RedisEvicts: "P1", SloFastBurn: "P1", SloSlowBurn: "P1" },
  ...{ OutboxQueueGrowing: "P2", CommandsFailed: "P2", RoutingError: "P2", ConflictsHigh: "P2" },
  ...{ FabricIdentityExpiring30d: "P2", DbConnectionsHigh: "P2", RedisMemoryHigh: "P2", ApiErrorRateHigh: "P2" },
  ...{ CpuHigh: "P2", MemoryHigh: "P2", DiskSpaceLow: "P2", ClockSkew: "P2", TargetMissing: "P2" },
  ...{ QuotaNearlyUsed: "P3", SloTrend: "P3" },
};

/** Panels of the picture. */
const SEEN = ["Open commands by role", "Accepted → submitted, p95", "Events per second", "Block → visible, p95"].map(
  (title) => `gx-cqrs: ${title}`,
);
/** They begin with the first event of their kind, which a short run does not meet; that they exist at all is judged elsewhere. */
const seldom = [
  ...["outbox_submitter_routing_errors_total", "outbox_submitter_queue_stopped", "outbox_submitter_retries_total"],
  ...["fabric_identity_reloads_total", "projector_quarantine_rows", "gateway_rejected_total"],
];

const START_MS = 240_000;
const FIRE_MS = 120_000;
const RESOLVE_MS = 150_000;
const QUIET_MS = 240_000;
/** As long as is asked for; the specification's own run is of ten minutes. */
const CALM_S = Number(process.env["GX_CALM_SECONDS"] ?? 60);
const absent = whyNot(programs);

let stage: Stage;
beforeAll(async () => {
  if (absent !== undefined) return;
  const watched = await newWatched();
  stage = { watched, monitoring: await newMonitoring(watched) };
}, START_MS);
afterAll(async () => {
  if (absent !== undefined) return;
  await stage.monitoring.close();
  await stage.watched.close();
}, 60_000);

const isAbout = ({ alert, labels = {} }: Expected, told: Told) =>
  told.labels["alertname"] === alert && Object.entries(labels).every(([name, value]) => told.labels[name] === value);

const brought = [...faults, ...besides].flatMap(({ alerts, held = [] }) => [
  ...alerts.map(({ alert }) => alert),
  ...held,
]);
const rows: Row[] = [];
let calm: string | undefined;
/** At once: a run that is cut short has shown what it has shown. */
const keep = () => {
  if (process.env["GX_KEEP_CHECKS"]) keepTable({ rows, scale: SCALE, slowScale: SLOW_SCALE, calm, brought, notHere });
};
const note = ({ what, how }: Fault, alert: string, fired?: number, resolved?: number) => {
  const level = classOf[alert] ?? "P3";
  const row = { alert, class: level, receiver: receiverOf[level], fault: what, how, wait: waitOf(alert) };
  rows.push({ ...row, fired, resolved });
  process.stdout.write(`${alert}: ${fired?.toFixed(1) ?? "held back"} → ${resolved?.toFixed(1) ?? ""} s\n`);
  keep();
};

/** Seconds from `begin` until a receiver was told; of the right receiver and class. */
async function until(expected: Expected, status: Told["status"], begin: number, limitMs: number): Promise<number> {
  const found = await eventually(
    () => stage.monitoring.told.find((told) => told.at >= begin && told.status === status && isAbout(expected, told)),
    `${expected.alert} ${status}`,
    limitMs,
  );
  const wanted = classOf[expected.alert];
  expect([expected.alert, found.labels["class"], found.receiver]).toEqual([
    expected.alert,
    wanted,
    wanted && receiverOf[wanted],
  ]);
  return (found.at - begin) / 1_000;
}

/** Brings the fault about, waits for all that it must come to, and mends it. */
async function play(fault: Fault): Promise<void> {
  process.stdout.write(`${fault.what}\n`);
  const begin = Date.now();
  const mend = await fault.inject(stage);
  let end = begin;
  const fired: number[] = [];
  try {
    fired.push(...(await Promise.all(fault.alerts.map((one) => until(one, "firing", begin, FIRE_MS)))));
    for (const name of fault.held ?? []) {
      await eventually(async () => (await stage.monitoring.suppressed()).has(name), `${name} held back`, FIRE_MS);
      note(fault, name);
    }
  } finally {
    // Mending waits for what it starts, and an alert may be over before that.
    end = Date.now();
    await mend();
  }
  const resolved = await Promise.all(fault.alerts.map((one) => until(one, "resolved", end, RESOLVE_MS)));
  fault.alerts.forEach(({ alert }, place) => note(fault, alert, fired[place], resolved[place]));
}

describe("a system that is watched", () => {
  checkWith(
    { needs: programs, timeoutMs: QUIET_MS + CALM_S * 1_000 + 60_000 },
    "OPS-5.4",
    "M",
    "a calm run with load fires nothing but Watchdog",
    async () => {
      await settled(stage, QUIET_MS);
      const begin = Date.now();
      const stop = stage.watched.load(10);
      await sleep(CALM_S * 1_000);
      const accepted = await stop();
      const fired = stage.monitoring.told.filter(({ at, status }) => at >= begin && status === "firing");
      const since = fired.map(({ labels }) => labels["alertname"]);
      process.stdout.write(`calm: ${accepted} payments in ${CALM_S} s; fired: ${since.join(", ")}\n`);
      expect(since.filter((name) => name !== "Watchdog")).toEqual([]);
      const firing = `max_over_time(ALERTS{alertstate="firing",alertname!="Watchdog"}[${CALM_S}s])`;
      expect((await stage.monitoring.ask(firing)).map(({ metric }) => metric)).toEqual([]);
      expect(accepted).toBeGreaterThan(CALM_S);
      calm = `${CALM_S} s, ${accepted} payments; nothing fired but Watchdog.`;
      keep();
    },
  );

  checkWith({ needs: programs }, "OPS-5.2", "M", "the sign of life reaches the dead man's timer", async () => {
    await eventually(
      () => stage.monitoring.told.some((told) => isAbout({ alert: "Watchdog" }, told) && told.receiver === "dead-man"),
      "Watchdog",
    );
  });
});

/** Fault → what came of it; one after the other, while other checks go on. */
const beside = new Map<Fault, Promise<unknown>>();
function playBesides(): void {
  let former: Promise<unknown> = Promise.resolve();
  for (const fault of besides) {
    const played = former.then(() => play(fault));
    former = played.catch(() => undefined);
    beside.set(fault, played);
  }
}

describe("people hear", () => {
  beforeAll(() => (absent === undefined ? playBesides() : undefined));

  for (const fault of faults)
    checkWith(
      { needs: [...programs, ...(fault.needs ?? [])], timeoutMs: FIRE_MS + RESOLVE_MS + QUIET_MS },
      "OPS-5.2",
      "M",
      `${fault.what}: who must know is told, and told again when it is over`,
      async () => {
        await settled(stage, QUIET_MS);
        await play(fault);
      },
    );

  for (const fault of besides)
    checkWith(
      { needs: programs, timeoutMs: besides.length * (FIRE_MS + RESOLVE_MS) },
      "OPS-5.2",
      "M",
      `${fault.what}: who must know is told, beside all else, and told again when it is over`,
      () => beside.get(fault),
    );

  checkWith({ needs: programs }, "OPS-5.2", "M", "every alert is brought about here, or it is said why not", () => {
    const known = [...brought, ...Object.keys(notHere), "Watchdog"];
    const shipped = new Set(alertsOf().map(({ alert }) => alert));
    expect([...shipped].filter((alert) => !known.includes(alert))).toEqual([]);
    expect(known.filter((alert) => !shipped.has(alert))).toEqual([]);
  });
});

describe("what is watched", () => {
  const missingPanels = async () => {
    const asked = await Promise.all(
      panelQueries().map(async ({ of, query }) => ({ of, query, samples: await stage.monitoring.ask(query) })),
    );
    return asked.filter(({ samples }) => samples.length === 0).map(({ of, query }) => `${of}: ${query}`);
  };

  checkWith(
    { needs: programs, timeoutMs: 240_000 },
    "OPS-6.2",
    "M",
    "after load each panel's query returns a sample",
    async () => {
      const queries = panelQueries();
      const stop = stage.watched.load(6);
      let missing: string[] = [];
      try {
        await eventually(async () => (missing = await missingPanels()).length === 0, "panels", 90_000).catch(() => 0);
      } finally {
        await stop();
      }
      expect(missing).toEqual([]);
      expect(queries.length).toBeGreaterThan(60);
      process.stdout.write(
        `panels: ${queries.length} queries of ${new Set(queries.map(({ of }) => of)).size} panels\n`,
      );
    },
  );

  checkWith(
    { needs: [...programs, "chromium"], timeoutMs: 120_000 },
    "OPS-6.2",
    "M",
    "Prometheus' own page draws the first panels of the commands' dashboard",
    async () => {
      const queries = panelQueries().filter(({ of }) => SEEN.includes(of));
      expect(queries).toHaveLength(SEEN.length);
      const sight = await sightOf(
        stage.monitoring.prometheus,
        queries.map(({ query }) => query),
        "10m",
      );
      expect(sight?.drawn).toBe(SEEN.length);
      if (sight && process.env["GX_KEEP_CHECKS"]) writeFileSync("docs/images/prometheus-commands.png", sight.png);
    },
  );

  checkWith(
    { needs: programs, timeoutMs: 60_000 },
    "OPS-4.2",
    "M",
    "every name in a rule or panel is stored once the system has met what it counts",
    async () => {
      const rules = rulesOf().flatMap(({ rules: all }) => all.flatMap(({ expr }) => namesIn(expr)));
      const names = new Set([...rules, ...panelQueries().flatMap(({ query }) => namesIn(query))]);
      expect(names.size).toBeGreaterThan(80);
      const stored = await stage.monitoring.names();
      expect([...names].filter((name) => !stored.has(name) && !seldom.includes(name))).toEqual([]);
    },
  );
});

afterAll(() => {
  if (rows.length > 0 || calm !== undefined)
    process.stdout.write(`\n${tableOf(rows).join("\n")}\n\ncalm run: ${calm ?? "not in this run"}\n`);
});
