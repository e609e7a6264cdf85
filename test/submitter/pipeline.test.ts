// Many transactions of a role in flight on real parts: order within lanes, the breaker, drain, sweep, and what may be given up.
import { EndorseError, SubmitError } from "../../platform/fabric.js";
import { openProducer } from "../../platform/queue.js";
import { openReplay } from "../../platform/replay.js";
import type { Signer } from "../../workers/submitter/signer.js";
import { eventually } from "../environment.js";
import { newLines, newMetrics, valueOf } from "../platform/parts.js";
import { ROLE, startRole, type Running, type Told } from "./leading.js";
import { newWorld, onLedger, person, type World } from "./world.js";
import { check } from "../ops/checks.js";

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterAll(() => world.close());

let left: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of left) await stop();
  left = [];
  if (!world.runs()) await world.startLedger();
  await world.database.pool.query("delete from app.command where status in ('ACCEPTED', 'SUBMITTED')");
});

const start = async (change?: (signer: Signer) => Signer, told?: Told): Promise<Running> => {
  const running = await startRole(world, change, told);
  left.push(running.abandon);
  return running;
};
const transfers = (count: number) =>
  Array.from({ length: count }, () => ({ to: person().userId, amount: "1000000", remark: null }));
const accept = (count: number) => world.accept("tokenomics.transfer", ...transfers(count));
const change = (sql: string, ...values: unknown[]) => world.database.pool.query(sql, values);
const valueOfRole = (running: Running, name: string) => valueOf(running.metrics, name, `role="${ROLE}"`);
const firstsOf = async (ids: readonly string[]) =>
  (await onLedger(world, ids)).filter(({ commandId, repeatOf }) => ids.includes(commandId) && !repeatOf);

/** A command that was given up, and is put right afterwards. */
const givenUp = async (): Promise<string> => {
  const [id = ""] = await accept(1);
  await change("update app.command set name = repeat('x', 61) where id = $1", id);
  const failing = await start();
  await eventually(async () => (await world.rows([id]))[0]?.status === "FAILED", "the failure");
  await failing.stop();
  await change("update app.command set name = 'tokenomics.transfer' where id = $1", id);
  return id;
};

/** Stands between the role and its signer: `endorse` may throw, `submit` is given the real one and whether it carries a command. */
const through =
  (
    endorse: (call: number) => void,
    submit: (call: number, send: () => Promise<void>, carries: (id: string | undefined) => boolean) => Promise<void>,
  ) =>
  (signer: Signer): Signer => {
    let calls = 0;
    return {
      ...signer,
      fabric: () => ({
        ...signer.fabric(),
        endorse: async (name, argument) => {
          const call = ++calls;
          endorse(call);
          const endorsed = await signer.fabric().endorse(name, argument);
          return { ...endorsed, submit: () => submit(call, endorsed.submit, (id = "") => argument.includes(id)) };
        },
      }),
    };
  };
const failure = (status: number, message: string) => ({ status, message, txId: "", details: [], cause: undefined });

describe("many transactions in flight", () => {
  test("keep the order of acceptance within every lane, through failures at each stage", async () => {
    const ids = await accept(300);
    // Each command has a lane with its neighbours of every hundred, and every fifth one with those of its fives too.
    await change(
      `update app.command set lanes = array['a:' || seq % 100] || case when seq % 5 = 0 then array['b:' || seq % 25] else '{}' end
       where id = any($1::uuid[])`,
      ids,
    );
    const { rows } = await world.database.pool.query<{ id: string; lanes: string[] }>(
      "select id, lanes from app.command where id = any($1::uuid[])",
      [ids],
    );
    const lanes = new Map(rows.map((row) => [row.id, row.lanes]));
    let [under, most] = [0, 0];
    const running = await start(
      through(
        (call) => {
          if (call % 7 === 3) throw new EndorseError(failure(14, "Unavailable"));
        },
        async (call, send) => {
          most = Math.max(most, ++under);
          await send().finally(() => under--);
          if (call % 5 === 2) throw new SubmitError(failure(14, "the answer was lost"));
        },
      ),
      { limits: { commands: 20, inflight: 8 } },
    );
    const firsts = await firstsOf(ids);
    await running.stop();
    expect(firsts).toHaveLength(300);
    expect(most).toBeGreaterThan(1);
    const place = new Map(ids.map((id, index) => [id, index]));
    const last = new Map<string, number>();
    for (const { commandId } of firsts) {
      const mine = place.get(commandId) ?? -1;
      for (const lane of lanes.get(commandId) ?? []) {
        expect(mine).toBeGreaterThan(last.get(lane) ?? -1);
        last.set(lane, mine);
      }
    }
    expect(last.size).toBeGreaterThan(100);
  });

  test("are as many as the role may have, and one that hangs holds only its own lanes", async () => {
    const ids = await accept(60);
    await change("update app.command set lanes = array['a:' || seq % 20] where id = any($1::uuid[])", ids);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    // By what it carries: which of two that leave together is endorsed first is not said.
    const hangs = through(
      () => undefined,
      async (_, send, carries) => {
        if (carries(ids[0])) await released;
        return send();
      },
    );
    const running = await start(hangs, { limits: { commands: 10, inflight: 2 } });
    // The lanes of the first ten are those of every second ten.
    const free = ids.filter((_, index) => index % 20 >= 10);
    const held = ids.filter((_, index) => index % 20 < 10);
    await onLedger(world, free);
    const early = new Set((await world.outcomes()).map(({ commandId }) => commandId));
    expect(held.filter((id) => early.has(id))).toEqual([]);
    expect(await valueOfRole(running, "outbox_submitter_inflight")).toBe(1);
    release();
    expect((await firstsOf(held)).map(({ commandId }) => commandId)).toEqual(held);
    await running.stop();
  });

  test("are found behind more commands of one lane than a look into the table brings", async () => {
    const many = 4_500;
    await change(
      `insert into app.command (id, actor, request_key, content_hash, domain, name, role, input, lanes, weight, size)
       select gen_random_uuid(), '00000000-0000-7000-8000-000000000002', gen_random_uuid()::text, '', 'tokenomics',
         'tokenomics.transfer', $1, '{}', '{busy}', 10, 250 from generate_series(1, $2::int)`,
      ROLE,
      many,
    );
    const behind = await accept(5);
    await change("update app.command set lanes = '{free}' where id = any($1::uuid[])", behind);
    const end = new AbortController();
    const ended = new Promise<void>((resolve) => end.signal.addEventListener("abort", () => resolve()));
    const running = await start(
      through(
        () => undefined,
        (_, send, carries) => (behind.some(carries) ? send() : ended),
      ),
    );
    expect((await firstsOf(behind)).map(({ commandId }) => commandId)).toEqual(behind);
    const waiting = async () => {
      const sql = "select count(*)::int as count from app.command where lanes = '{busy}' and status = 'ACCEPTED'";
      return (await world.database.pool.query<{ count: number }>(sql)).rows[0]?.count;
    };
    await eventually(async () => (await waiting()) === many - 100, "the first of the busy lane to be on their way");
    end.abort();
    await running.abandon();
  });

  test("settle when the process drains, and nothing new is sent", async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const sent = await accept(5);
    const running = await start(
      through(
        () => undefined,
        async (_, send) => {
          await released;
          return send();
        },
      ),
    );
    await eventually(async () => (await world.rows(sent)).every(({ status }) => status === "SUBMITTED"), "submission");
    const draining = running.stop();
    const late = await accept(5);
    release();
    await draining;
    expect(await firstsOf(sent)).toHaveLength(5);
    expect((await world.rows(late)).every(({ status, attempt }) => status === "ACCEPTED" && attempt === 0)).toBe(true);
    expect(running.lines.with("Transactions in flight settled").map(({ count }) => count)).toEqual([1]);
  });
});

describe("the circuit breaker of a role", () => {
  test("opens while the ledger is away, and closes with the first answer", async () => {
    const running = await start();
    await world.stopLedger();
    const ids = await accept(10);
    const state = () => valueOfRole(running, "outbox_submitter_breaker_state");
    await eventually(async () => (await state()) === 2, "the breaker to open");
    await world.startLedger();
    await onLedger(world, ids);
    expect(await state()).toBe(0);
    await running.stop();
    expect((await world.rows(ids)).every(({ status, failures }) => status === "SUBMITTED" && failures === 0)).toBe(
      true,
    );
  });
});

describe("jobs that the queue lost", () => {
  const quick = { times: { sweepMs: 50 } };

  check(
    "OPS-2.10",
    "D",
    "FLUSHALL under a backlog: the jobs that the queue lost are all added again, and end",
    async () => {
      const running = await start(undefined, quick);
      await world.stopLedger();
      const ids = await accept(300);
      const jobs = async () => (await world.redis.client.keys(`bull:${ROLE}:*-*-*-*-*`)).length;
      await eventually(async () => (await jobs()) >= 300, "the first jobs");
      await world.redis.client.flushall();
      await eventually(() => running.lines.with("Redis has lost its jobs, adding all again").length === 1, "the loss");
      await eventually(async () => (await jobs()) >= 300, "the jobs again");
      expect(await valueOf(running.metrics, "outbox_submitter_swept_total", 'reason="flushed"')).toBe(300);
      await world.startLedger();
      await onLedger(world, ids);
      await running.stop();
    },
  );

  const ACCEPT_AGAIN =
    "update app.command set status = 'ACCEPTED', last_error = null, next_sweep_at = $2 where id = $1";

  test("do not keep a command from being found that was accepted again, by the sweep alone", async () => {
    const id = await givenUp();
    const running = await start(undefined, quick);
    await onLedger(world, await accept(1));
    await change(ACCEPT_AGAIN, id, new Date(Date.now() - 1_000));
    expect(await firstsOf([id])).toHaveLength(1);
    await running.stop();
  });

  test("nor by its job alone", async () => {
    const id = await givenUp();
    const running = await start();
    await onLedger(world, await accept(1));
    await change(ACCEPT_AGAIN, id, new Date(Date.now() + 3_600_000));
    const producer = openProducer({ url: world.redis.url, log: newLines().log, metrics: newMetrics() });
    await eventually(() => producer.wake(ROLE, [{ id, name: "tokenomics.transfer" }]), "the job");
    expect(await firstsOf([id])).toHaveLength(1);
    await producer.close();
    await running.stop();
  });
});

test("a command that was given up and is replayed twice at a time is written once", async () => {
  const id = await givenUp();
  const producer = openProducer({ url: world.redis.url, log: newLines().log, metrics: newMetrics() });
  const told: unknown[] = [];
  const tell = (changed: unknown) => void told.push(changed);
  const replay = openReplay({ database: world.store, wake: producer.wake, tell });
  const tickets = await Promise.all([replay(id), replay(id)]);
  expect(tickets.filter((ticket) => ticket)).toMatchObject([{ commandId: id, status: "ACCEPTED", existing: true }]);
  expect(told).toEqual([{ commands: [id] }]);
  expect(await world.rows([id])).toMatchObject([
    { status: "ACCEPTED", attempt: 0, failures: 0, last_error: null, tx_id: null },
  ]);
  const running = await start();
  expect(await firstsOf([id])).toHaveLength(1);
  expect(await replay(id)).toBeUndefined();
  await running.stop();
  expect(await world.rows([id])).toMatchObject([{ attempt: 1, failures: 0 }]);
  await producer.close();
});

describe("a command that is to be given up", () => {
  // Of a lane of its own: the other command of the test must not wait for it.
  const POISON = "update app.command set name = repeat('x', 61), lanes = '{poison}'";
  const submittedBefore = async (): Promise<string> => {
    const [id = ""] = await accept(1);
    await change(`${POISON}, status = 'SUBMITTED', attempt = 1, submitted_at = now() where id = $1`, id);
    return id;
  };

  test("is not, while an earlier submission of it may still come; it is afterwards", async () => {
    const id = await submittedBefore();
    const patient = await start(undefined, { times: { doubtMs: 600_000 } });
    await eventually(async () => (await world.rows([id]))[0]?.last_error?.includes("may still come"), "the reason");
    expect(await world.rows([id])).toMatchObject([{ status: "SUBMITTED", attempt: 1 }]);
    await patient.stop();
    const sure = await start(undefined, { times: { doubtMs: 60 } });
    await onLedger(world, await accept(1));
    await eventually(async () => (await world.rows([id]))[0]?.status === "FAILED", "the end");
    await sure.stop();
  });

  test("never is, when the ledger holds its receipt", async () => {
    const [id = ""] = await accept(1);
    const first = await start();
    await onLedger(world, [id]);
    await first.stop();
    await change(`${POISON} where id = $1`, id);
    const second = await start(undefined, { times: { doubtMs: 1 } });
    await onLedger(world, await accept(1));
    await eventually(() => second.lines.with("Submission failed").some(({ act }) => act === "fail"), "the verdict");
    const looks = second.looks();
    await eventually(() => second.looks() > looks + 2, "some looks");
    await second.stop();
    expect(await world.rows([id])).toMatchObject([{ status: "SUBMITTED", attempt: 1 }]);
    expect(second.lines.with("Command failed")).toEqual([]);
  });
});
