// What each process needs is taken away and given back (operations.md 4.2): readiness follows in 10 s, liveness never does.
import { eventually } from "../../environment.js";
import { bootstrap, country, onLedger } from "../../submitter/world.js";
import { check } from "../checks.js";
import { newReplicas, type Replica, type Replicas } from "./replicas.js";

const START_MS = 300_000;
const PATIENCE_MS = 180_000;
/** Readiness is false so soon after what it rests on is gone. */
const BOUND_S = 10;

let replicas: Replicas;
const one = (name: Replica["process"]) => replicas.all(name)[0] as Replica;
const workers = () => [...replicas.all("submitter"), ...replicas.all("projector")];

beforeAll(async () => {
  replicas = await newReplicas();
  const { world, start } = replicas;
  await Promise.all([start("subgraphs"), start("submitter"), start("projector")]);
  await onLedger(world, await world.accept("admin.bootstrapSystem", bootstrap), PATIENCE_MS);
  await onLedger(world, await world.accept("admin.initializeCountryData", country), PATIENCE_MS);
  await Promise.all([start("submitter"), start("projector"), start("gateway")]);
}, START_MS);
afterAll(() => replicas.close(), START_MS);
afterEach(() => {
  for (const name of ["gateway", "subgraphs", "submitter", "projector"] as const)
    for (const replica of replicas.all(name)) expect([replica.name, replica.deaths]).toEqual([replica.name, []]);
});

/** Takes something away; of those that need it the slowest's seconds until it says so, then gives it back. */
async function without(
  take: () => unknown,
  giveBack: () => unknown,
  needs: readonly Replica[],
  untouched: readonly Replica[],
): Promise<number> {
  await eventually(
    () => [...needs, ...untouched].every((replica) => replica.isReady()),
    "all to be ready",
    PATIENCE_MS,
  );
  const begin = performance.now();
  await take();
  await eventually(() => needs.every((replica) => !replica.isReady()), "what needs it to be unready", PATIENCE_MS);
  const seconds = (performance.now() - begin) / 1_000;
  for (const replica of untouched) expect([replica.name, replica.isReady()]).toEqual([replica.name, true]);
  await giveBack();
  await eventually(() => needs.every((replica) => replica.isReady()), "what needs it to be ready again", PATIENCE_MS);
  return seconds;
}

async function withoutDatabase(how: "kill" | "hang"): Promise<void> {
  const { database } = replicas.proxies;
  const needs = [one("subgraphs"), ...workers()];
  const seconds = await without(
    () => database[how](),
    () => database.pass(),
    needs,
    [one("gateway")],
  );
  expect(seconds).toBeLessThan(BOUND_S);
}

async function withoutPeer(how: "kill" | "hang"): Promise<void> {
  const { ledger } = replicas.proxies;
  const untouched = [one("gateway"), one("subgraphs")];
  const seconds = await without(
    () => ledger[how](),
    () => ledger.pass(),
    workers(),
    untouched,
  );
  expect(seconds).toBeLessThan(BOUND_S);
}

check(
  "OPS-4.4",
  "D",
  "while PostgreSQL is gone, subgraphs, submitters and projectors are not ready, and the gateway is",
  () => withoutDatabase("kill"),
  PATIENCE_MS,
);
check(
  "OPS-4.4",
  "D",
  "while PostgreSQL hangs, subgraphs, submitters and projectors are not ready, and the gateway is",
  () => withoutDatabase("hang"),
  PATIENCE_MS,
);

check(
  "OPS-4.4",
  "D",
  "while Redis is gone, submitters are not ready, and all others are",
  async () => {
    const { redis } = replicas.proxies;
    const untouched = [one("gateway"), one("subgraphs"), ...replicas.all("projector")];
    const needs = replicas.all("submitter");
    expect(
      await without(
        () => redis.kill(),
        () => redis.pass(),
        needs,
        untouched,
      ),
    ).toBeLessThan(BOUND_S);
  },
  PATIENCE_MS,
);

check(
  "OPS-4.4",
  "L",
  "while the peer is gone, submitters and projectors are not ready, leaders and standbys, and gateway and subgraphs are",
  () => withoutPeer("kill"),
  PATIENCE_MS,
);
check(
  "OPS-4.4",
  "L",
  "while the peer hangs, submitters and projectors are not ready, leaders and standbys, and gateway and subgraphs are",
  () => withoutPeer("hang"),
  PATIENCE_MS,
);

check(
  "OPS-4.4",
  "D",
  "with one subgraph down or hanging the gateway is ready and says which; with none it is not",
  async () => {
    const [gateway, [tax]] = [one("gateway"), replicas.services.slice(-1)];
    await eventually(() => gateway.isReady(), "the gateway to be ready", PATIENCE_MS);
    tax?.hang(true);
    const partial = () => (gateway.seen()?.body["subgraphs"] as Record<string, boolean> | undefined)?.["tax"] === false;
    await eventually(partial, "the body to tell it", PATIENCE_MS);
    expect(gateway.isReady()).toBe(true);
    tax?.hang(false);
    await eventually(() => !partial(), "the body to tell that it is back", PATIENCE_MS);
    const all = (hangs: boolean) => () => replicas.services.forEach((service) => service.hang(hangs));
    expect(await without(all(true), all(false), [gateway], [one("subgraphs")])).toBeLessThan(BOUND_S);
  },
  PATIENCE_MS,
);

check(
  "OPS-4.4",
  "L",
  "a projector that leads and falls behind by more than its bound is not ready, and its standby is",
  async () => {
    const { world } = replicas;
    await eventually(() => replicas.all("projector").some((replica) => replica.leads()), "a leader", PATIENCE_MS);
    const leader = replicas.all("projector").find((replica) => replica.leads()) as Replica;
    const others = replicas.all("projector").filter((replica) => replica !== leader);
    const session = await world.database.pool.connect();
    try {
      await eventually(() => leader.isReady(), "the leader to be ready", PATIENCE_MS);
      // Nobody can say any more up to which block the rows are.
      await session.query("begin");
      await session.query("lock table read.checkpoint in exclusive mode");
      await world.accept("admin.initializeCountryData", country);
      await eventually(() => !leader.isReady(), "the leader to be unready", PATIENCE_MS);
      expect(failing(leader)).toEqual(["lag"]);
      for (const other of others) expect(other.isReady()).toBe(true);
    } finally {
      await session.query("rollback");
      session.release();
    }
    await eventually(() => leader.isReady(), "the leader to be ready again", PATIENCE_MS);
  },
  PATIENCE_MS,
);

const failing = (replica: Replica) =>
  replica
    .seen()
    ?.body.checks.filter(({ ok }) => !ok)
    .map(({ name }) => name);

check(
  "OPS-4.4",
  "L",
  "a system that is paused is ready, and each process tells what the table says of it",
  async () => {
    const { world } = replicas;
    await onLedger(world, await world.accept("admin.pauseSystem", { reason: "a check" }), PATIENCE_MS);
    const processes = [one("gateway"), one("subgraphs"), ...workers()];
    await eventually(() => processes.every((replica) => replica.isReady()), "all to be ready", PATIENCE_MS);
    const tells = (replica: Replica) => replica.seen()?.body as Readonly<Record<string, unknown>>;
    for (const replica of processes)
      expect(tells(replica)).toMatchObject({ status: "ready", version: expect.any(String) });
    expect(Object.keys(tells(one("gateway"))["subgraphs"] as object)).toHaveLength(7);
    expect(tells(one("subgraphs"))).toHaveProperty("watermark");
    for (const submitter of replicas.all("submitter"))
      expect(tells(submitter)).toMatchObject({
        roles: expect.any(Object),
        peer: expect.stringMatching(/^127\.0\.0\.1:/),
      });
    for (const projector of replicas.all("projector"))
      expect(tells(projector)).toMatchObject({ leader: expect.any(Boolean), chainHeight: expect.any(Number) });
    await onLedger(world, await world.accept("admin.resumeSystem", {}), PATIENCE_MS);
  },
  PATIENCE_MS,
);
