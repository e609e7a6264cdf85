// One role on real parts: what it does when all is well, and when something fails.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PoolClient } from "pg";
import { issueWallet, openAuthority } from "../../ledger/authority.js";
import { readProfile } from "../../platform/profile.js";
import type { Signer } from "../../workers/submitter/signer.js";
import { eventually } from "../environment.js";
import { identities } from "../ledgers.js";
import { newMetrics, valueOf } from "../platform/parts.js";
import { ROLE, startRole, type Running, type Told } from "./leading.js";
import { newWorld, onLedger, person, type World } from "./world.js";

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterAll(() => world.close());

let left: (() => Promise<void>)[] = [];
/** What a failed test left running must not disturb the next. */
afterEach(async () => {
  for (const stop of left) await stop();
  left = [];
  if (!world.runs()) await world.startLedger();
  await world.database.pool.query(
    "update app.command set status = 'REFUSED' where status in ('ACCEPTED', 'SUBMITTED')",
  );
});

const start = async (change?: (signer: Signer) => Signer, told?: Told): Promise<Running> => {
  const running = await startRole(world, change, told);
  left.push(running.abandon);
  return running;
};

const transfers = (count: number) =>
  Array.from({ length: count }, () => ({ to: person().userId, amount: "1000000", remark: null }));
const first = <T extends { repeatOf?: string | undefined }>(outcomes: T[]) => outcomes.filter((o) => !o.repeatOf);

describe("a role", () => {
  test("submits in batches, in order of acceptance, noted before the ledger holds them", async () => {
    const ids = await world.accept("tokenomics.transfer", ...transfers(230));
    const running = await start();
    const outcomes = await onLedger(world, ids);
    await running.stop();
    expect(outcomes.filter(({ commandId }) => ids.includes(commandId)).map(({ commandId }) => commandId)).toEqual(ids);
    const rows = await world.rows(ids);
    expect(new Set(rows.map(({ status, attempt, failures }) => `${status} ${attempt} ${failures}`))).toEqual(
      new Set(["SUBMITTED 1 0"]),
    );
    expect(rows.map(({ id, tx_id }) => [id, tx_id])).toEqual(outcomes.map(({ commandId, txId }) => [commandId, txId]));
    const sizes = running.lines.with("Processing command").map(({ count }) => count);
    expect(sizes).toEqual(expect.arrayContaining([100]));
    expect(sizes.length).toBeLessThanOrEqual(4);
    const label = `role="${ROLE}"`;
    expect(await valueOf(running.metrics, "outbox_submitter_wait_seconds_count", label)).toBe(230);
    expect(await valueOf(running.metrics, "outbox_submitter_transactions_total", label, 'code="0"')).toBe(sizes.length);
    expect(await valueOf(running.metrics, "outbox_submitter_inflight", label)).toBe(0);
    await eventually(async () => (await world.redis.client.keys("bull:*:*-*-*-*-*")).length === 0, "jobs to end");
  });

  test("sends again what a crashed one left SUBMITTED, and the receipts keep it single", async () => {
    const done = await world.accept("tokenomics.transfer", ...transfers(5));
    const before = await start();
    await onLedger(world, done);
    await before.stop();
    // The rows are as a submitter leaves them that is killed after the block and before anybody noted the outcome.
    expect((await world.rows(done)).every(({ status }) => status === "SUBMITTED")).toBe(true);
    const after = await start();
    await eventually(async () => (await world.rows(done)).every(({ attempt }) => attempt === 2), "second attempts");
    await after.stop();
    const outcomes = (await world.outcomes()).filter(({ commandId }) => done.includes(commandId));
    expect(first(outcomes)).toHaveLength(5);
    expect(outcomes).toHaveLength(10);
  });

  test("sends a conflict again with a fresh endorsement", async () => {
    let raced = false;
    const running = await start((signer) => ({
      ...signer,
      fabric: () => {
        const fabric = signer.fabric();
        return {
          ...fabric,
          endorse: async (name, argument) => {
            const endorsed = await fabric.endorse(name, argument);
            if (raced) return endorsed;
            raced = true;
            // Another worker with the same command, faster.
            const other = await fabric.endorse(name, argument);
            const height = world.ledger().height();
            await other.submit();
            await eventually(() => world.ledger().height() > height, "the other's block");
            return endorsed;
          },
        };
      },
    }));
    const ids = await world.accept("tokenomics.transfer", ...transfers(1));
    await eventually(async () => (await world.rows(ids))[0]?.attempt === 2, "the second attempt");
    await eventually(
      async () => (await valueOf(running.metrics, "outbox_submitter_transactions_total", 'code="0"')) === 1,
      "the second to settle",
    );
    await running.stop();
    const code = 'code="11"';
    expect(await valueOf(running.metrics, "outbox_submitter_transactions_total", code)).toBe(1);
    expect(await valueOf(running.metrics, "outbox_submitter_retries_total", 'class="CONFLICT"')).toBe(1);
    const outcomes = (await world.outcomes()).filter(({ commandId }) => ids.includes(commandId));
    expect(first(outcomes)).toHaveLength(1);
    expect((await world.rows(ids))[0]).toMatchObject({ status: "SUBMITTED", failures: 0 });
  });

  test("sends again what the orderer took and lost", async () => {
    const ids = await world.accept("tokenomics.transfer", ...transfers(3));
    let lost = 0;
    const running = await start((signer) => ({
      ...signer,
      fabric: () => ({
        ...signer.fabric(),
        endorse: async (name, argument) => {
          const endorsed = await signer.fabric().endorse(name, argument);
          if (lost > 0) return endorsed;
          lost += 1;
          return { ...endorsed, submit: () => Promise.resolve() };
        },
      }),
    }));
    await eventually(async () => (await world.rows(ids)).every(({ status }) => status === "SUBMITTED"), "submission");
    running.tick();
    expect(await valueOf(running.metrics, "outbox_submitter_retries_total", 'class="UNKNOWN_OUTCOME"')).toBeUndefined();
    running.ahead.ms = 15_000;
    running.tick();
    const outcomes = await onLedger(world, ids);
    await running.stop();
    expect(lost).toBe(1);
    expect(first(outcomes).filter(({ commandId }) => ids.includes(commandId))).toHaveLength(3);
    expect(await valueOf(running.metrics, "outbox_submitter_retries_total", 'class="UNKNOWN_OUTCOME"')).toBe(1);
  });

  test("stops its queue while its signer is refused, and resumes by itself with a good certificate", async () => {
    const { wallet } = readProfile(world.profilePath);
    const foreign = mkdtempSync(join(tmpdir(), "gx-foreign-"));
    const keep = join(foreign, "keep");
    cpSync(wallet, keep, { recursive: true });
    await issueWallet(await openAuthority(join(foreign, "ca"), "Org1MSP"), join(foreign, "wallet"), identities);
    const files = ["org1-partner-api-cert", "org1-partner-api-key"];
    const put = (from: string) => files.forEach((file) => cpSync(join(from, file), join(wallet, file)));
    put(join(foreign, "wallet"));
    let stranger: Running | undefined;
    try {
      stranger = await start();
      const ids = await world.accept("tokenomics.transfer", ...transfers(10));
      const stopped = () =>
        valueOf(stranger?.metrics ?? newMetrics(), "outbox_submitter_queue_stopped", `role="${ROLE}"`);
      await eventually(async () => (await stopped()) === 1, "the queue to stop");
      expect((await world.rows(ids)).every(({ status, failures }) => status === "ACCEPTED" && failures === 0)).toBe(
        true,
      );
      expect(stranger.lines.with("Queue stopped")).toHaveLength(1);
      put(keep);
      const outcomes = await onLedger(world, ids);
      expect(await stopped()).toBe(0);
      expect(first(outcomes).filter(({ commandId }) => ids.includes(commandId))).toHaveLength(10);
      expect(stranger.lines.with("Queue resumed")).toHaveLength(1);
    } finally {
      put(keep);
      await stranger?.stop();
      rmSync(foreign, { recursive: true });
    }
  });

  test("reports a command that came into the wrong queue", async () => {
    const [id = ""] = await world.accept("admin.pauseSystem", { reason: "test" });
    await world.database.pool.query("update app.command set role = $2 where id = $1", [id, ROLE]);
    const running = await start();
    await onLedger(world, [id]);
    await eventually(() => running.lines.with("Command in the wrong queue").length === 1, "the report");
    await running.stop();
    expect(await valueOf(running.metrics, "outbox_submitter_routing_errors_total", 'code="ROLE_NOT_ALLOWED"')).toBe(1);
  });

  test("leaves alone what somebody else took further meanwhile", async () => {
    const ids = await world.accept("tokenomics.transfer", ...transfers(4));
    const [taken = ""] = ids;
    let done = false;
    const running = await start((signer) => ({
      ...signer,
      fabric: () => ({
        ...signer.fabric(),
        endorse: async (name, argument) => {
          const endorsed = await signer.fabric().endorse(name, argument);
          if (!done)
            await world.database.pool.query("update app.command set status = 'REFUSED' where id = $1", [taken]);
          done = true;
          return endorsed;
        },
      }),
    }));
    await onLedger(
      world,
      ids.filter((id) => id !== taken),
    );
    await running.stop();
    expect((await world.outcomes()).filter(({ commandId }) => commandId === taken)).toEqual([]);
    expect((await world.rows([taken]))[0]).toMatchObject({ status: "REFUSED", attempt: 0 });
  });
});

describe("the order of acceptance", () => {
  const HELD = "Order of acceptance not kept for transactions that stay open";
  const transfer = "tokenomics.transfer";
  let clients: PoolClient[] = [];
  /** A connection in a transaction. */
  const begin = async () => {
    const client = await world.database.pool.connect();
    clients.push(client);
    await client.query("begin");
    return client;
  };
  afterEach(() => {
    // Whatever a test left open ends with its connection.
    for (const client of clients) client.release(true);
    clients = [];
  });
  const acceptOn = async (client: PoolClient) => (await world.acceptOn(client, transfer, ...transfers(1)))[0] ?? "";
  const accept = async () => (await world.accept(transfer, ...transfers(1)))[0] ?? "";
  const heldBack = async (running: Running, id: string) => {
    const before = running.looks();
    await eventually(() => running.looks() >= before + 4, "some looks");
    expect(await world.rows([id])).toMatchObject([{ status: "ACCEPTED", attempt: 0 }]);
  };
  const orderOf = async (...ids: string[]) =>
    (await onLedger(world, ids)).map(({ commandId }) => commandId).filter((id) => ids.includes(id));

  test("holds a command while a lower number of its lane is not committed yet", async () => {
    const running = await start();
    const slow = await begin();
    const first = await acceptOn(slow);
    const second = await accept();
    await heldBack(running, second);
    await slow.query("commit");
    expect(await orderOf(first, second)).toEqual([first, second]);
    await running.stop();
    expect(running.lines.with(HELD)).toEqual([]);
  });

  test("goes on when the lower number is rolled back", async () => {
    const running = await start();
    const slow = await begin();
    const first = await acceptOn(slow);
    const second = await accept();
    await heldBack(running, second);
    await slow.query("rollback");
    await onLedger(world, [second]);
    await running.stop();
    expect(await world.rows([first])).toEqual([]);
    expect(running.lines.with(HELD)).toEqual([]);
  });

  test("is kept when the transaction that began later draws the lower number", async () => {
    const running = await start();
    const [early, late] = [await begin(), await begin()];
    const first = await acceptOn(early);
    const second = await acceptOn(late);
    const third = await acceptOn(early);
    await early.query("commit");
    await heldBack(running, third);
    await late.query("commit");
    expect(await orderOf(first, second, third)).toEqual([first, second, third]);
    await running.stop();
  });

  test("is kept by a new leader for what it finds", async () => {
    const slow = await begin();
    const first = await acceptOn(slow);
    const second = await accept();
    let asked = 0;
    const starting = start(undefined, { asked: () => void (asked += 1) });
    await eventually(() => asked >= 4, "the leader to ask who draws");
    expect(await world.rows([second])).toMatchObject([{ status: "ACCEPTED", attempt: 0 }]);
    await slow.query("commit");
    const running = await starting;
    expect(await orderOf(first, second)).toEqual([first, second]);
    await running.stop();
    expect(running.lines.with(HELD)).toEqual([]);
  });

  test("is not waited for when a transaction stays open, which is told", async () => {
    const running = await start(undefined, { holdMs: 500 });
    const stuck = await begin();
    await acceptOn(stuck);
    const [second, third] = [await accept(), await accept()];
    expect(await orderOf(second, third)).toEqual([second, third]);
    await stuck.query("rollback");
    await running.stop();
    expect(running.lines.with(HELD)).toHaveLength(1);
  });

  test("takes no notice of a writing transaction that accepts nothing", async () => {
    const running = await start();
    const foreign = await begin();
    await foreign.query("select pg_current_xact_id()");
    await onLedger(world, [await accept()]);
    await foreign.query("rollback");
    await running.stop();
    expect(running.lines.with(HELD)).toEqual([]);
  });
});
