// The submitter as a process: start, standby, kill -9, drain, refusals at the start.
import { chmodSync, cpSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readProfile, writeProfile } from "../../platform/profile.js";
import { eventually } from "../environment.js";
import { startSubmitter, type SubmitterProcess } from "./child.js";
import { bootstrap, country, newWorld, onLedger, person, type World } from "./world.js";

let world: World;
let running: SubmitterProcess[] = [];
beforeAll(async () => {
  world = await newWorld({ batchTimeoutMs: 100 });
});
afterEach(async () => {
  for (const one of running) await one.end("SIGKILL");
  running = [];
});
afterAll(() => world.close());

async function start(roles: string[] = [], changes: Record<string, string> = {}): Promise<SubmitterProcess> {
  const started = await startSubmitter(world, roles, changes);
  running.push(started);
  return started;
}

const ready = (one: SubmitterProcess) => eventually(async () => (await one.get("/readyz")).status === 200, "readiness");
const leads = (one: SubmitterProcess, role: string) =>
  eventually(() => one.with("Leading").some(({ name }) => name === `submitter ${role}`), `leadership of ${role}`);
const persons = (count: number) => Array.from({ length: count }, person);

describe("the submitter", () => {
  test("proves its identities, leads its roles, and says so in the words that runbooks know", async () => {
    const one = await start();
    await ready(one);
    for (const name of ["org1-super-admin", "org1-admin", "org1-partner-api"]) {
      expect(one.with(`Successfully connected Fabric client for ${name}`)).toHaveLength(1);
    }
    expect(one.with("All Fabric clients initialized successfully").map(({ count }) => count)).toEqual([3]);
    const ids = [
      ...(await world.accept("admin.bootstrapSystem", bootstrap)),
      ...(await world.accept("admin.initializeCountryData", country)),
    ];
    const outcomes = await onLedger(world, ids);
    expect(outcomes.map(({ status }) => status)).toEqual(["committed", "committed"]);
    const batches = one.with("Processing command");
    expect(batches.flatMap(({ commandIds }) => commandIds)).toEqual(ids);
    const { rows } = await world.database.pool.query("select distinct trace_id from app.command where id = any($1)", [
      ids,
    ]);
    expect(new Set(batches.flatMap(({ traceIds }) => traceIds))).toEqual(new Set(rows.map(({ trace_id }) => trace_id)));

    const body = JSON.parse((await one.get("/readyz")).body) as {
      roles: unknown;
      checks: { name: string; ok: boolean }[];
    };
    expect(body.roles).toEqual({ gx_super_admin: "leader", gx_admin: "leader", gx_partner_api: "leader" });
    expect(body.checks.map(({ name, ok }) => [name, ok])).toContainEqual(["identity org1-admin", true]);
    const metrics = (await one.get("/metrics")).body;
    for (const name of [
      ...["outbox_submitter_up", "outbox_submitter_leader", "outbox_submitter_commands_total"],
      ...["outbox_submitter_wait_seconds_bucket", "outbox_submitter_stage_seconds_bucket"],
      ...["outbox_submitter_batch_size_bucket", "outbox_submitter_transactions_total", "outbox_submitter_inflight"],
      ...["outbox_submitter_init_seconds", "fabric_sdk_connection_status", "fabric_identity_not_after_seconds"],
      ...["fabric_peer_height", "fabric_peer_rtt_seconds", "gx_db_pool_connections", "gx_ready"],
    ]) {
      expect(metrics).toContain(`\n${name}{`);
    }
    await eventually(async () => (await one.get("/metrics")).body.includes("\nqueue_jobs{"), "job counts");
    expect(metrics).toContain("# TYPE outbox_submitter_routing_errors_total counter");
    expect(await one.end("SIGTERM")).toBe(0);
  });

  test("loses and doubles nothing when it is killed with more than 200 commands open; the one that waited goes on", async () => {
    const first = await start(["gx_partner_api"]);
    await leads(first, "gx_partner_api");
    const second = await start(["gx_partner_api"]);
    await eventually(() => second.with("Another process leads, waiting").length === 1, "the second to wait");
    await ready(second);
    const ids = await world.accept("identity.createUser", ...persons(420));
    await eventually(async () => (await world.rows(ids)).some(({ status }) => status === "SUBMITTED"), "a submission");
    await first.end("SIGKILL");
    const held = new Set((await world.outcomes()).map(({ commandId }) => commandId));
    const open = ids.filter((id) => !held.has(id)).length;
    expect(open).toBeGreaterThanOrEqual(200);
    const outcomes = await onLedger(world, ids);
    const mine = outcomes.filter(({ commandId }) => ids.includes(commandId));
    const firsts = mine.filter(({ repeatOf }) => !repeatOf);
    expect(firsts).toHaveLength(420);
    expect(firsts.every(({ status }) => status === "committed")).toBe(true);
    expect((await world.rows(ids)).every(({ status }) => status === "SUBMITTED")).toBe(true);
    expect(await second.end("SIGTERM")).toBe(0);
  });

  test("goes on when PostgreSQL cuts every connection under load", async () => {
    const one = await start(["gx_partner_api"]);
    await leads(one, "gx_partner_api");
    const accepting = world.accept("identity.createUser", ...persons(300));
    await eventually(() => one.with("Processing command").length > 0, "a batch");
    // The accepting side has connections of its own, which are spared.
    await world.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
       and (application_name like 'leader %' or query like '%app.command c%' or query like '%role = $1%')`,
    );
    const ids = await accepting;
    const outcomes = await onLedger(world, ids);
    const firsts = outcomes.filter(({ commandId, repeatOf }) => ids.includes(commandId) && !repeatOf);
    expect(firsts).toHaveLength(300);
    expect(one.with("Leadership lost")).toHaveLength(1);
    expect(await one.end("SIGTERM")).toBe(0);
  });

  test("drains: what is in flight settles, nothing new is sent, and the lock is free at once", async () => {
    const one = await start(["gx_partner_api"]);
    await leads(one, "gx_partner_api");
    const ids = await world.accept("identity.createUser", ...persons(250));
    await eventually(() => one.with("Processing command").length > 0, "a batch");
    expect(await one.end("SIGTERM")).toBe(0);
    const sent = new Set(one.with("Processing command").flatMap(({ commandIds }) => commandIds ?? []));
    const held = new Set((await world.outcomes()).map(({ commandId }) => commandId));
    expect([...sent].filter((id) => !held.has(id))).toEqual([]);
    expect(ids.filter((id) => !sent.has(id) && held.has(id))).toEqual([]);
    const next = await start(["gx_partner_api"]);
    await leads(next, "gx_partner_api");
    expect(next.with("Another process leads, waiting")).toEqual([]);
    await onLedger(world, ids);
    await next.end("SIGTERM");
  });

  test("waits for a ledger that is away at the start, and ends when it is told to meanwhile", async () => {
    await world.stopLedger();
    const [waits, leaves] = [await start(["gx_admin"]), await start(["gx_admin"])];
    await eventually(() => waits.with("Waiting at start").length === 1, "the first to wait");
    await eventually(() => leaves.with("Waiting at start").length === 1, "the second to wait");
    expect((await waits.get("/readyz")).status).toBe(503);
    expect((await waits.get("/livez")).status).toBe(200);
    expect(await leaves.end("SIGTERM")).toBe(0);
    await world.startLedger();
    await ready(waits);
    expect(waits.with("Waiting at start")).toHaveLength(1);
    await waits.end("SIGTERM");
  });
});

describe("the submitter ends", () => {
  test("when another chain comes behind the same address", async () => {
    const one = await start(["gx_admin"]);
    await leads(one, "gx_admin");
    await world.stopLedger();
    const ledger = join(world.home, "ledger");
    for (const file of readdirSync(ledger).filter((name) => name !== "crypto")) {
      renameSync(join(ledger, file), join(world.home, `kept-${file}`));
    }
    await world.startLedger();
    expect(await one.ended).toBe(1);
    expect(one.with("Unexpected error")[0]?.error?.message).toMatch(/another chain than [0-9a-f]{64} is behind/);
    await world.stopLedger();
    for (const file of readdirSync(ledger).filter((name) => name !== "crypto"))
      rmSync(join(ledger, file), { recursive: true });
    for (const file of readdirSync(world.home).filter((name) => name.startsWith("kept-"))) {
      renameSync(join(world.home, file), join(ledger, file.slice("kept-".length)));
    }
    await world.startLedger();
  });
});

describe("the submitter refuses to start", () => {
  const refusal = async (one: SubmitterProcess) => {
    expect(await one.ended).toBe(1);
    return one.with("Process could not start")[0]?.error?.message;
  };

  test("for a role that does not exist", async () => {
    expect(await refusal(await start(["gx_king"]))).toBe(
      "unknown role gx_king; roles are gx_super_admin, gx_admin, gx_partner_api",
    );
  });

  test("with a certificate of another role", async () => {
    const profile = readProfile(world.profilePath);
    const wallet = join(world.home, "mixed");
    cpSync(profile.wallet, wallet, { recursive: true });
    for (const file of ["cert", "key"]) {
      cpSync(join(wallet, `org1-partner-api-${file}`), join(wallet, `org1-admin-${file}`));
    }
    const path = join(world.home, "mixed.json");
    writeProfile(path, { ...profile, wallet });
    expect(await refusal(await start(["gx_admin"], { FABRIC_PROFILE: path }))).toBe(
      "the certificate of org1-admin carries gxc_role gx_partner_api, but the queue is gx_admin; enrol it with gxc_role=gx_admin",
    );
  });

  test.each<[string, (file: (name: string) => string) => void, string]>([
    [
      "a missing key",
      (file) => rmSync(file("org1-admin-key")),
      "must hold the files ca-cert, org1-admin-cert, org1-ad",
    ],
    ["a key that others may read", (file) => chmodSync(file("org1-admin-key"), 0o644), "run: chmod 600 "],
    [
      "a key of another certificate",
      (file) => cpSync(file("reader-key"), file("org1-admin-key")),
      "is not the key of org1-admin-cert; put both files of one enrolment there",
    ],
  ])("with %s", async (_, change, reason) => {
    const profile = readProfile(world.profilePath);
    const wallet = mkdtempSync(join(world.home, "faulty-"));
    cpSync(profile.wallet, wallet, { recursive: true });
    change((name) => join(wallet, name));
    const path = join(wallet, "own.json");
    writeProfile(path, { ...profile, wallet });
    expect(await refusal(await start(["gx_admin"], { FABRIC_PROFILE: path }))).toContain(reason);
  });

  test("with a database of another chain, and says what to do", async () => {
    await world.database.pool.query("update app.chain set genesis_hash = repeat('0', 64)");
    const message = await refusal(await start(["gx_admin"]));
    expect(message).toContain("this database belongs to channel gx with block 0 = 0000");
    expect(message).toContain("npm start -- --fresh");
  });

  test("without a readable connection profile", async () => {
    const path = join(world.home, "broken.json");
    writeFileSync(path, '{"channel":"gx"}');
    expect(await refusal(await start(["gx_admin"], { FABRIC_PROFILE: path }))).toMatch(/broken\.json: .*peers/);
  });
});
