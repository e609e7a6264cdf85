// A peer that sends blocks twice, leaves one out or swaps two is not believed: nothing of it becomes rows.
import type { Gateway, Network } from "@hyperledger/fabric-gateway";
import type { common } from "@hyperledger/fabric-protos";
import type { Connection } from "../../platform/connection.js";
import { Overtaken, project } from "../../workers/projector/project.js";
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { historyOf, outcome } from "../projector/history.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";
import { startProjector, stopProjectors } from "../projector/running.js";

type Blocks = AsyncIterable<common.Block>;

let ledger: GxLedger;
const databases: TestDatabase[] = [];
beforeAll(async () => {
  ledger = await newGxLedger();
  await ledger.setUp();
  for (let user = 0; user < 4; user += 1) await ledger.user();
});
afterEach(stopProjectors);
afterAll(async () => {
  await ledger.stop();
  await Promise.all(databases.map((database) => database.close()));
});
async function emptyRows(): Promise<TestDatabase> {
  const database = await newDatabase();
  databases.push(database);
  return database;
}

/** The object with one method replaced. */
const withMethod = <T extends object, K extends keyof T>(of: T, name: K, method: T[K]): T =>
  new Proxy(of, {
    get: (target, key) => {
      if (key === name) return method;
      const value = Reflect.get(target, key) as unknown;
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });

/** The connection to a peer that sends its blocks through `mangle`. */
const lying = (connection: Connection, mangle: (blocks: Blocks) => Blocks): Connection => ({
  ...connection,
  as: (identity) => {
    const gateway: Gateway = connection.as(identity);
    const getNetwork: Gateway["getNetwork"] = (channel) => {
      const network: Network = gateway.getNetwork(channel);
      const getBlockEvents: Network["getBlockEvents"] = async (options) => {
        const stream = await network.getBlockEvents(options);
        const mangled = mangle(stream);
        return withMethod(stream, Symbol.asyncIterator, () => mangled[Symbol.asyncIterator]());
      };
      return withMethod(network, "getBlockEvents", getBlockEvents);
    };
    return withMethod(gateway, "getNetwork", getNetwork);
  },
});

const numberOf = (block: common.Block) => block.getHeader()?.getNumber() ?? -1;
const ways: Readonly<Record<string, (blocks: Blocks) => Blocks>> = {
  "every block twice": async function* (blocks) {
    for await (const block of blocks) yield* [block, block];
  },
  "all but block 3": async function* (blocks) {
    for await (const block of blocks) if (numberOf(block) !== 3) yield block;
  },
  "block 3 before block 2": async function* (blocks) {
    let kept: common.Block | undefined;
    for await (const block of blocks) {
      if (numberOf(block) === 2) kept = block;
      else yield block;
      if (kept && numberOf(block) === 3) yield kept;
    }
  },
};

const digest = async ({ pool }: TestDatabase) =>
  (
    await pool.query(
      `select (select block::int from read.checkpoint) as block, (select count(*)::int from read.event) as events,
         (select md5(string_agg(w::text, ' ' order by id)) from read.wallet w) as wallets`,
    )
  ).rows[0] as { block: number; events: number; wallets: string };

test.each(Object.entries(ways))(
  "a peer that sends %s is refused; an honest one is followed to the right rows",
  async (_, mangle) => {
    const [rows, right] = await Promise.all([emptyRows(), emptyRows()]);
    const whole = startProjector(ledger, right.url);
    await whole.reaches();
    await whole.stop();

    const deceived = startProjector({ ...ledger, connection: lying(ledger.connection, mangle) }, rows.url);
    const failure = await eventually(() => deceived.reader.progress.failure, "the refusal");
    expect(failure).toMatch(/block \d+ was expected, the peer sent block \d+/);
    expect(deceived.reader.progress.following).toBe(false);
    expect(await deceived.metrics.text()).toMatch(/projector_hash_mismatch\{.*\} 1/);
    await deceived.stop();
    expect((await digest(rows)).block).toBeLessThan(3);

    const honest = startProjector(ledger, rows.url);
    await honest.reaches();
    await honest.stop();
    expect(await digest(rows)).toEqual(await digest(right));
  },
);

describe("blocks that reach the rows all the same", () => {
  test("twice: the second one changes nothing and says that somebody else went on", async () => {
    const rows = await emptyRows();
    const history = historyOf(rows.pool);
    const { block } = await history.block([outcome({})]);
    const before = await digest(rows);
    await expect(project(rows.pool, [block])).rejects.toThrow(Overtaken);
    expect(await digest(rows)).toEqual(before);
  });

  test("skipped or swapped: the one that does not follow the checkpoint is refused", async () => {
    const rows = await emptyRows();
    const history = historyOf(rows.pool);
    await history.block([outcome({})]);
    const [second, third] = [history.make([outcome({})]), history.make([outcome({})])];
    await expect(project(rows.pool, [third])).rejects.toThrow(Overtaken);
    expect((await digest(rows)).block).toBe(0);
    await project(rows.pool, [second, third]);
    expect((await digest(rows)).block).toBe(2);
  });

  test("by two projectors at once: one writes, the other is told", async () => {
    const rows = await emptyRows();
    const block = historyOf(rows.pool).make([outcome({})]);
    const ends = await Promise.allSettled([project(rows.pool, [block]), project(rows.pool, [block])]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});
