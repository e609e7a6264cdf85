// Each process is killed by SIGKILL on both sides of every write and send that the list of crash points names, and started
// again: every command that was accepted ends once, and what its row says stands on the ledger.
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { newArming, type Arming } from "../../chaos/arming.js";
import { crashPoints, moments, type Passed, type PointProcess } from "../../chaos/crash-points.js";
import { catchUp, newTruth } from "../../chaos/truth.js";
import type { Caller } from "../../platform/auth.js";
import { readConfig } from "../../platform/config.js";
import { developmentIdentities } from "../../platform/development-identities.js";
import { readProfile } from "../../platform/profile.js";
import { openStatements, STATEMENT_HEADER } from "../../platform/statement.js";
import { readIdentity } from "../../platform/wallet.js";
import { subgraphPort } from "../../subgraphs/main.js";
import { eventually, freePort } from "../environment.js";
import { bootstrap, country, newWorld, person, type World } from "../submitter/world.js";

interface Kept {
  readonly settings: Readonly<Record<string, string>>;
  readonly port: number;
  kill(): void;
  stop(): Promise<void>;
}

/** Some forty processes are started: a busy machine may take long. */
const PATIENCE_MS = 120_000;
const PROGRAM = join("dist", "cli", "index.js");
let world: World;
let arming: Arming;
let kept: Record<PointProcess, Kept>;
const killed: string[] = [];
const accepted: string[] = [];

/** A process as an operator runs it, started again whenever it ends. */
async function keep(name: PointProcess, ...args: string[]): Promise<Kept> {
  const port = await freePort(args.length || 1);
  const home = join(world.home, name);
  mkdirSync(home, { recursive: true });
  const settings = {
    ...{ GX_ENV: "development", GX_HOME: home, GX_PORT_OFFSET: "0", LOG_LEVEL: "fatal", FOLD_AFTER: "1" },
    ...{ DATABASE_URL: world.database.url, REDIS_URL: world.redis.url, FABRIC_PROFILE: world.profilePath },
    ...{ SUBGRAPH_PORT: String(port), SUBMITTER_PORT: String(port), PROJECTOR_PORT: String(port) },
  };
  let child: ChildProcess;
  let over = Promise.resolve();
  let stopping = false;
  const start = () => {
    child = spawn(process.execPath, [PROGRAM, "start", name, ...args], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { PATH: process.env["PATH"], ...settings, ...arming.settings },
    });
    over = new Promise((resolve) => child.once("exit", () => resolve(stopping ? undefined : start())));
  };
  start();
  return {
    ...{ settings, port, kill: () => void child.kill("SIGKILL") },
    stop: async () => {
      stopping = true;
      child.kill("SIGKILL");
      await over;
    },
  };
}

/** Arms the moment for the process, lets something come its way, and waits until it was met. */
async function killAt(process: PointProcess, moment: string, come: (order: number) => Promise<unknown>): Promise<void> {
  const order = arming.arm(process, moment);
  await come(order);
  await eventually(() => arming.isKilled(order), `${process} to pass ${moment}`, PATIENCE_MS);
  killed.push(`${process}: ${moment}`);
}

const more = async (count: number) => {
  const ids = await world.accept("identity.createUser", ...Array.from({ length: count }, person));
  accepted.push(...ids);
  return ids;
};

const meetings = (process: PointProcess, ...passed: Passed[]) =>
  crashPoints
    .filter((point) => point.processes.includes(process) && passed.includes(point.passed))
    .flatMap((point) => moments([point]).map((moment) => ({ moment, passed: point.passed })));

beforeAll(async () => {
  world = await newWorld();
  arming = newArming(join(world.home, "hook"));
  kept = {
    submitter: await keep("submitter"),
    projector: await keep("projector"),
    subgraphs: await keep("subgraphs", "identity", "admin"),
  };
  accepted.push(...(await world.accept("admin.bootstrapSystem", bootstrap)));
  accepted.push(...(await world.accept("admin.initializeCountryData", country)));
  await ended(accepted);
}, 150_000);
afterAll(async () => {
  await Promise.all(Object.values(kept).map((process) => process.stop()));
  await world.close();
}, 60_000);

const ended = (ids: readonly string[]) =>
  eventually(
    async () => {
      const rows = await world.rows(ids);
      return rows.every(isEnded) ? rows : undefined;
    },
    `${ids.length} commands to end`,
    PATIENCE_MS,
  );

// ---------------------------------------------------------------- the three processes

async function killWorker(process: "submitter" | "projector"): Promise<void> {
  for (const { moment, passed } of meetings(process, "working", "starting")) {
    await killAt(process, moment, async () => {
      if (passed === "starting") kept[process].kill();
      await more(process === "submitter" ? 20 : 1);
    });
  }
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly block: string | null;
  readonly tx_id: string | null;
}
const isEnded = ({ status }: { status: string }) => !["ACCEPTED", "SUBMITTED"].includes(status);

const rowsOfKey = async (key: string) =>
  (await world.database.pool.query<{ id: string }>("select id from app.command where request_key = $1", [key])).rows;

/** A command that is FAILED before any submitter can see it. */
async function givenUp(): Promise<string> {
  const client = await world.database.pool.connect();
  await client.query("begin");
  const [id = ""] = await world.acceptOn(client, "identity.createUser", person());
  await client.query("update app.command set status = 'FAILED' where id = $1", [id]);
  await client.query("commit");
  client.release();
  return id;
}

async function killSubgraphs(): Promise<void> {
  const { settings, port } = kept.subgraphs;
  const statements = await openStatements(readConfig(settings));
  const caller = { sub: developmentIdentities.PARTNER_API, roles: ["PARTNER_API"] };
  const post = async <T>(as: Caller, query: string, domain: "identity" | "admin" = "identity") => {
    const body = JSON.stringify({ query });
    const headers = {
      "content-type": "application/json",
      [STATEMENT_HEADER]: await statements.sign(as, domain, body),
    };
    const response = await fetch(`http://127.0.0.1:${subgraphPort(port, domain)}/graphql`, {
      method: "POST",
      headers,
      body,
    });
    return (await response.json()) as { data?: T | null; errors?: { extensions: object }[] };
  };
  const ask = async (key: string, { userId, biometricHash }: ReturnType<typeof person>) => {
    const given = `userId: "${userId}", biometricHash: "${biometricHash}", nationality: "VA", ageYears: 30`;
    const query = `mutation { createUser(${given}, idempotencyKey: "${key}") { commandId } }`;
    const { data } = await post<{ createUser: { commandId: string } }>(caller, query);
    return data?.createUser.commandId;
  };
  for (const { moment } of meetings("subgraphs", "registering")) {
    const { userId: sub, biometricHash } = person();
    const told = `displayName: "Ada", email: "ada@example.org", birthDate: "1990-12-31", nationality: "VA"`;
    const query = `mutation { registerUser(${told}, biometricHash: "${biometricHash}") { registration { status } } }`;
    const asking = () => post({ sub, roles: ["USER"] }, query).catch(() => undefined);
    await killAt("subgraphs", moment, (order) =>
      eventually(async () => (await asking(), arming.isKilled(order)), moment, PATIENCE_MS),
    );
    const { rowCount } = await world.database.pool.query("select id from app.registration where id = $1", [sub]);
    if (moment.endsWith("after")) expect(rowCount).toBe(1);
    // Registered once: by the request that nobody answered, or by one after it.
    const again = await eventually(async () => (await asking())?.errors?.[0]?.extensions, "an answer", PATIENCE_MS);
    expect(again).toMatchObject({ code: "CONFLICT", state: "REGISTERED" });
  }
  for (const { moment } of meetings("subgraphs", "replaying")) {
    const id = await givenUp();
    const as = { sub: developmentIdentities.ADMIN, roles: ["ADMIN"] };
    const query = `mutation { replayCommand(id: "${id}") { status } }`;
    const asking = () => post(as, query, "admin").catch(() => undefined);
    await killAt("subgraphs", moment, (order) =>
      eventually(async () => (await asking(), arming.isKilled(order)), moment, PATIENCE_MS),
    );
    await eventually(asking, "an answer", PATIENCE_MS);
    accepted.push(id);
  }
  for (const { moment } of meetings("subgraphs", "working")) {
    const [key, someone] = [randomUUID(), person()];
    const asking = () => ask(key, someone).catch(() => undefined);
    await killAt("subgraphs", moment, (order) =>
      eventually(async () => (await asking(), arming.isKilled(order)), moment, PATIENCE_MS),
    );
    const before = await rowsOfKey(key);
    const id = await eventually(asking, "an answer", PATIENCE_MS);
    if (moment !== "database accept before") expect(before).toEqual([{ id }]);
    expect(await rowsOfKey(key)).toEqual([{ id }]);
    accepted.push(id);
  }
}

/** What the ledger answers so that the submitter comes to a rare point. */
const causes: Readonly<Record<string, { code: number; text: string }>> = {
  submitter_waits: { code: 14, text: "no peers available" },
  submitter_counted: { code: 10, text: "chaincode response 500, INTERNAL: something odd" },
  submitter_failed: { code: 10, text: "chaincode response 500, BATCH_INVALID: something odd" },
};

async function killSubmitterInTrouble(): Promise<void> {
  for (const { moment } of meetings("submitter", "failing")) {
    const [, name = "", when] = moment.split(" ");
    world.faults.next("endorse", { refuse: causes[name] ?? { code: 2, text: name } }, Infinity);
    let ids: string[] = [];
    await killAt("submitter", moment, async () => (ids = await more(1)));
    world.faults.clear();
    const rows = await ended(ids);
    const mayEnd = name === "submitter_failed" && when === "after" ? ["COMMITTED", "FAILED"] : ["COMMITTED"];
    for (const { status } of rows) expect([moment, mayEnd]).toEqual([moment, expect.arrayContaining([status])]);
  }
}

// ---------------------------------------------------------------- the proof

it("loses and doubles nothing, and says nothing false", async () => {
  await Promise.all([killWorker("submitter"), killWorker("projector"), killSubgraphs()]);
  await killSubmitterInTrouble();
  const all = crashPoints.flatMap((point) =>
    point.processes.flatMap((process) => moments([point]).map((moment) => `${process}: ${moment}`)),
  );
  expect([...killed].sort()).toEqual([...all].sort());
  for (const each of all) expect(arming.passed()).toContain(each.replace(": ", " "));

  await ended(accepted);
  await kept.submitter.stop();
  const { rows } = await world.database.pool.query<Row>("select id, name, status, block::text, tx_id from app.command");
  // Read after the rows: what they say has happened by then.
  const truth = newTruth();
  await catchUp(truth, world.connection, readIdentity(readProfile(world.profilePath), "reader"));
  // What the housekeeper asks for is nobody's ticket here.
  const asked = rows.filter(({ name }) => name !== "admin.foldDeltas").map(({ id }) => id);
  expect(asked.sort()).toEqual([...new Set(accepted)].sort());
  for (const { id, status, block, tx_id: txId } of rows.filter(isEnded)) {
    const told = (truth.effects.get(id) ?? []).map((effect) => [effect.status, String(effect.block), effect.txId]);
    expect([id, told]).toEqual([id, status === "FAILED" ? [] : [[status, block, txId]]]);
  }
  expect(truth.fold.faults).toEqual([]);
  expect([...truth.effects.values()].filter((effects) => effects.length > 1)).toEqual([]);
  const users = rows.filter(({ name, status }) => name === "identity.createUser" && status === "COMMITTED").length;
  const events = await world.database.pool.query<{ all: number; commands: number }>(
    `select count(*)::int as all, count(distinct command_id)::int as commands from read.event where name = 'UserCreated'`,
  );
  expect(events.rows).toEqual([{ all: users, commands: users }]);
}, 600_000);
