// The cache on a real Redis: each condition under which a row may be used or kept, and random interleavings of them all.
import { LEASE_MS } from "../../platform/cache-keys.js";
import { openCacheWriter, type CacheTenure, type CacheWriter, type Leading } from "../../platform/cache-writer.js";
import { openCache, type Row, type RowCache } from "../../platform/cache.js";
import { eventually, newRedis, type TestRedis } from "../environment.js";
import { newLines, newMetrics, valueOf } from "./parts.js";

let redis: TestRedis;
let cache: RowCache;
let writer: CacheWriter;
let metrics = newMetrics();
const { log } = newLines();
const tenures: CacheTenure[] = [];

/** What stands for the database: the rows, and the last block that changed them. */
let rows: Map<string, Row>;
let committed: number;
const load = (keys: readonly string[]) =>
  Promise.resolve(new Map(keys.flatMap((key) => (rows.has(key) ? [[key, rows.get(key) as Row] as const] : []))));
const read = async (key: string) => (await cache.rows("wallet", [key], load))[0];

const leading = (number: number, over: Partial<Leading> = {}): Leading => ({
  ...{ number, provedAt: () => performance.now(), predecessorMs: Infinity },
  ...over,
});
function lead(as: Leading, with_ = writer): CacheTenure {
  const tenure = with_.lead(as);
  tenures.push(tenure);
  return tenure;
}
const leased = () => eventually(() => redis.client.exists("gx:lease"), "a lease");
/** A leader whose cache is in use. */
async function open(as = leading(1)): Promise<CacheTenure> {
  const tenure = lead(as);
  await leased();
  await eventually(() => cache.state() === "connected", "the reader's connection");
  return tenure;
}
/** The next block changes `key`, and all is done as it should be. */
async function change(tenure: CacheTenure, key: string): Promise<void> {
  await tenure.announce([`wallet:${key}`], committed + 1);
  committed += 1;
  rows.set(key, { id: key, version: committed });
  tenure.settled(committed);
}
const results = async () => {
  const of = async (result: string) => (await valueOf(metrics, "cache_requests_total", `result="${result}"`)) ?? 0;
  return { hit: await of("hit"), miss: await of("miss"), stale: await of("stale"), bypass: await of("bypass") };
};
const stored = (key: string) => eventually(() => redis.client.exists(`gx:v:wallet:${key}`), `the value of ${key}`);

beforeAll(async () => {
  redis = await newRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  await redis.client.flushall();
  [rows, committed, metrics] = [new Map<string, Row>([["a", { id: "a", version: 0 }]]), 0, newMetrics()];
  cache = openCache({ url: redis.url, log, metrics, watermark: () => committed });
  writer = openCacheWriter({ url: redis.url, log });
});
afterEach(() => {
  for (const tenure of tenures.splice(0)) tenure.end();
  writer.close();
  cache.close();
});

describe("a row", () => {
  it("is read once and then comes from the cache, exactly as it was; its absence too", async () => {
    await open();
    const whole: Row = {
      ...{ id: "ä\u2028'\"", stored: 2n ** 63n, at: new Date(1_800_000_000_123), slots: [1n, 2n], reason: null },
      ...{ frozen: false, phase: 3 },
    };
    rows.set("a", whole);
    expect(await cache.rows("wallet", ["a", "none"], load)).toEqual([whole, null]);
    await stored("a");
    rows.clear();
    rows.set("none", { id: "none" });
    expect(await cache.rows("wallet", ["none", "a"], load)).toEqual([null, whole]);
    expect(await results()).toEqual({ hit: 2, miss: 2, stale: 0, bypass: 0 });
  });

  it("is not used any more once its tag is newer, and is used again when it was read again", async () => {
    const tenure = await open();
    await read("a");
    await stored("a");
    await change(tenure, "a");
    expect(await read("a")).toEqual({ id: "a", version: 1 });
    expect((await results()).stale).toBe(1);
    await eventually(async () => (await read("a")) && (await results()).hit > 0, "a hit");
  });

  it("that another block changed is left alone", async () => {
    const tenure = await open();
    await read("a");
    await stored("a");
    await change(tenure, "b");
    await read("a");
    expect((await results()).hit).toBe(1);
  });

  it("is not used without a lease, and comes from the database", async () => {
    const tenure = await open();
    await read("a");
    await stored("a");
    tenure.end();
    await redis.client.del("gx:lease");
    rows.set("a", { id: "a", version: 7 });
    expect(await read("a")).toEqual({ id: "a", version: 7 });
    expect((await results()).bypass).toBe(1);
  });

  it("is not used under another epoch", async () => {
    const first = await open();
    await read("a");
    await stored("a");
    const epoch = await redis.client.get("gx:epoch");
    first.end();
    lead(leading(2));
    await eventually(async () => (await redis.client.get("gx:epoch")) !== epoch, "the next epoch");
    await leased();
    rows.set("a", { id: "a", version: 7 });
    expect(await read("a")).toEqual({ id: "a", version: 7 });
    expect((await results()).stale).toBe(1);
  });

  it("that another version kept with other columns is not used", async () => {
    await open();
    const other = openCache({ url: redis.url, log, metrics: newMetrics(), watermark: () => committed });
    await eventually(() => other.state() === "connected", "the other process");
    await other.rows("wallet", ["a"], () => Promise.resolve(new Map([["a", { id: "a" }]])));
    await stored("a");
    expect(await read("a")).toEqual({ id: "a", version: 0 });
    expect(await read("b")).toBeNull();
    rows.set("a", { id: "a", version: 7 });
    await eventually(async () => (await read("a")) && (await results()).hit > 0, "a hit");
    other.close();
  });

  it("is not used under the lease of another server process", async () => {
    const tenure = await open();
    await read("a");
    await stored("a");
    tenure.end();
    const [epoch, , ...rest] = (await redis.client.get("gx:lease"))?.split(" ") ?? [];
    await redis.client.set("gx:lease", [epoch, "0".repeat(40), ...rest].join(" "));
    rows.set("a", { id: "a", version: 7 });
    expect(await read("a")).toEqual({ id: "a", version: 7 });
  });
});

describe("what was read is not kept", () => {
  /** Reads `a`; `meanwhile` happens after its row was read and before it is stored. */
  const readWhile = async (meanwhile: () => Promise<unknown>) => {
    await cache.rows("wallet", ["a"], async (keys) => {
      const found = await load(keys);
      await meanwhile();
      return found;
    });
    // Commands of one connection are done in order: when `b` is there, `a` was judged.
    await eventually(async () => {
      await read("b");
      return redis.client.exists("gx:v:wallet:b");
    }, "a later value");
    return redis.client.get("gx:v:wallet:a");
  };

  it("when its row was changed meanwhile", async () => {
    const tenure = await open();
    expect(await readWhile(() => change(tenure, "a"))).toBeNull();
  });

  it("when a new epoch began meanwhile", async () => {
    const first = await open();
    expect(
      await readWhile(async () => {
        first.end();
        const before = await redis.client.get("gx:epoch");
        lead(leading(2));
        await eventually(async () => (await redis.client.get("gx:epoch")) !== before, "the next epoch");
        await leased();
      }),
    ).toBeNull();
  });

  it("longer than a minute after it was read, however late it arrives", async () => {
    const tenure = await open();
    tenure.end();
    const lease = (await redis.client.get("gx:lease"))?.split(" ") ?? [];
    const [epoch, server, block, at] = lease;
    await redis.client.set("gx:lease", [epoch, server, block, Number(at) - 30_000].join(" "));
    await read("a");
    await stored("a");
    expect(await redis.client.pttl("gx:v:wallet:a")).toBeLessThanOrEqual(30_000);
    await redis.client.set("gx:lease", [epoch, server, block, Number(at) - 61_000].join(" "));
    await redis.client.del("gx:v:wallet:a");
    // Nobody else runs scripts now.
    const scriptsRun = async () =>
      Number(/cmdstat_eval:calls=(\d+)/.exec(await redis.client.info("commandstats"))?.[1]);
    const before = await scriptsRun();
    await read("a");
    await eventually(async () => (await scriptsRun()) > before, "the attempt to store it");
    expect(await redis.client.exists("gx:v:wallet:a")).toBe(0);
  });
});

describe("the leader", () => {
  it("never lets a tag go back, whoever writes it late", async () => {
    const tenure = await open();
    await tenure.announce(["wallet:a"], 9);
    await tenure.announce(["wallet:a"], 3);
    expect(await redis.client.get("gx:t:wallet:a")).toBe("9");
  });

  it("gives no lease on a proof of leadership that is older than its epoch, nor one that outlives its proof", async () => {
    const proof = performance.now();
    lead(leading(1, { provedAt: () => proof }));
    await eventually(() => redis.client.exists("gx:epoch"), "an epoch");
    // The round after has been made when the server was asked for the time again.
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await redis.client.exists("gx:lease")).toBe(0);
    tenures.splice(0).forEach((tenure) => tenure.end());
    let last = 0;
    lead(leading(2, { provedAt: () => (last ||= performance.now()) }));
    await eventually(() => redis.client.exists("gx:lease"), "a lease");
    const left = await redis.client.pttl("gx:lease");
    expect(left).toBeLessThanOrEqual(LEASE_MS - (performance.now() - last) + 5);
    await eventually(async () => (await redis.client.exists("gx:lease")) === 0, "the end of the lease");
  });

  it("that was followed by another one changes neither epoch nor lease", async () => {
    const first = await open();
    const other = openCacheWriter({ url: redis.url, log });
    const before = await redis.client.get("gx:epoch");
    lead(leading(2, { predecessorMs: 0 }), other);
    await eventually(async () => (await redis.client.get("gx:epoch")) !== before, "the successor's epoch");
    await leased();
    await first.announce(["wallet:a"], 1);
    first.settled(undefined);
    first.settled(1);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await redis.client.get("gx:epoch")).toMatch(/^2\./);
    expect(await redis.client.get("gx:lease")).toMatch(/^2\./);
    other.close();
  });

  it("that finds the lease of its predecessor goes on at once; one that does not waits until it has surely ended", async () => {
    const first = await open();
    first.end();
    const second = await open(leading(2, { predecessorMs: 0 }));
    await second.announce([], 1);
    second.settled(1);
    second.end();
    await redis.client.flushall();
    const begin = performance.now();
    const third = lead(leading(3, { predecessorMs: 500 }));
    await third.announce([], 2);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(LEASE_MS - 500);
  });

  it("without Redis lets a block be committed only when its lease has surely ended, and waits once", async () => {
    let last = 0;
    const tenure = await open(leading(1, { provedAt: () => (last = performance.now()) }));
    await redis.kill();
    try {
      await tenure.announce(["wallet:a"], 1);
      expect(performance.now() - last).toBeGreaterThanOrEqual(LEASE_MS);
      const again = performance.now();
      tenure.settled(1);
      for (let block = 2; block < 50; block += 1) {
        await tenure.announce(["wallet:a"], block);
        tenure.settled(block);
      }
      expect(performance.now() - again).toBeLessThan(LEASE_MS);
    } finally {
      await redis.start();
    }
    await leased();
  });

  it("begins a new epoch only when no block is on its way, after a flush between its tags and its commit too", async () => {
    const tenure = await open();
    await tenure.announce(["wallet:a"], 1);
    await redis.client.flushall();
    // Three rounds of the lease.
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    expect(await redis.client.exists("gx:epoch", "gx:lease")).toBe(0);
    // Whether it is committed is not known: it may still be.
    tenure.settled(undefined);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await redis.client.exists("gx:epoch", "gx:lease")).toBe(0);
    await tenure.announce(["wallet:a"], 1);
    expect(await redis.client.exists("gx:epoch", "gx:lease")).toBe(0);
    tenure.settled(1);
    await leased();
  });

  it("tells a large group of blocks by a new epoch, and nobody uses the cache meanwhile", async () => {
    const tenure = await open();
    const before = await redis.client.get("gx:epoch");
    await tenure.announce(
      Array.from({ length: 2_001 }, (_, i) => `wallet:${i}`),
      64,
    );
    expect(await redis.client.exists("gx:epoch", "gx:lease", "gx:t:wallet:1")).toBe(0);
    tenure.settled(64);
    await leased();
    expect(await redis.client.get("gx:epoch")).not.toBe(before);
  });
});

describe("a Redis", () => {
  it("that does not answer costs one request its time-out, and is used again when it answers", async () => {
    await open();
    for (let outage = 0; outage < 2; outage += 1) {
      await redis.client.client("PAUSE", 1_500, "ALL");
      expect(await read("a")).toEqual({ id: "a", version: 0 });
      expect(cache.state()).toBe("slow");
      const begin = performance.now();
      for (let i = 0; i < 100; i += 1) await read("a");
      // A hundred time-outs would be ten seconds.
      expect(performance.now() - begin).toBeLessThan(1_000);
      await eventually(() => cache.state() === "connected", "the connection again");
    }
  });

  it("whose memory is full is not told of blocks, so that nobody uses it; rows come from the database", async () => {
    const tenure = await open();
    await read("a");
    await stored("a");
    await redis.client.config("SET", "maxmemory", "1");
    try {
      await change(tenure, "a");
      expect(await redis.client.exists("gx:epoch", "gx:lease")).toBe(0);
      expect(await read("a")).toEqual({ id: "a", version: 1 });
      expect(cache.state()).toBe("connected");
    } finally {
      await redis.client.config("SET", "maxmemory", "0");
    }
    await leased();
  });

  it("that may drop keys is not used", async () => {
    await open();
    await redis.client.config("SET", "maxmemory", "100mb", "maxmemory-policy", "volatile-lru");
    const counted = newMetrics();
    const other = openCache({ url: redis.url, log, metrics: counted, watermark: () => committed });
    try {
      await eventually(() => other.state() === "evicts keys", "the refusal");
      await other.rows("wallet", ["a"], load);
      expect(await valueOf(counted, "cache_requests_total", 'result="bypass"')).toBe(1);
    } finally {
      other.close();
      await redis.client.config("SET", "maxmemory", "0", "maxmemory-policy", "noeviction");
    }
  });
});

/** The same sequence for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Reading {
  readonly key: string;
  /** What a caller may have been shown before it asked. */
  readonly floor: number;
  /** Undefined when it did not have to read. */
  take: (() => void) | undefined;
  give: () => void;
  readonly done: Promise<Row | null | undefined>;
}

const gate = () => {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
};

async function beginReading(key: string): Promise<Reading> {
  const [taking, giving, asked] = [gate(), gate(), gate()];
  const floor = Number(rows.get(key)?.["version"] ?? 0);
  let loading = false;
  const done = cache
    .rows("wallet", [key], async (keys) => {
      loading = true;
      asked.open();
      await taking.passed;
      const found = await load(keys);
      await giving.passed;
      return found;
    })
    .then(([row]) => row);
  await Promise.race([asked.passed, done]);
  return { key, floor, take: loading ? taking.open : undefined, give: giving.open, done };
}

test.each([1, 2, 3])(
  "in random interleavings of readers, blocks, flushes, takeovers and lost acknowledgements nobody reads backwards, seed %i",
  async (seed) => {
    const roll = dice(seed);
    const keys = ["a", "b", "c"];
    const readings: Reading[] = [];
    let number = 1;
    let tenure = await open();
    let announced: string | undefined;
    /** A commit without an answer, which may still come. */
    let doubtful: string | undefined;
    /** The leader knows the end of its last commit, and will let the cache be used. */
    let sure = true;
    const stale: string[] = [];
    let reads = 0;
    const commit = (key: string) => {
      committed += 1;
      rows.set(key, { id: key, version: committed });
    };
    const judge = async (reading: Reading) => {
      const version = Number((await reading.done)?.["version"] ?? 0);
      reads += 1;
      if (version < reading.floor) stale.push(`${reading.key}: ${version} after ${reading.floor}`);
    };
    const steps: Record<string, () => Promise<unknown> | void> = {
      begin: async () => {
        const reading = await beginReading(keys[roll(3)] as string);
        if (reading.take) readings.push(reading);
        else await judge(reading);
      },
      take: () => {
        const reading = readings[roll(readings.length)];
        reading?.take?.();
        if (reading) reading.take = undefined;
      },
      give: async () => {
        const [reading] = readings.splice(roll(readings.length), 1);
        reading?.take?.();
        reading?.give();
        if (reading) await judge(reading);
      },
      announce: async () => {
        if (announced) return;
        announced = keys[roll(3)] as string;
        await tenure.announce([`wallet:${announced}`], committed + 1);
      },
      commit: () => {
        if (!announced) return;
        // Whichever of the two comes first, the other finds the checkpoint moved.
        if (doubtful) commit(doubtful);
        else commit(announced);
        sure = !doubtful;
        tenure.settled(sure ? committed : undefined);
        announced = doubtful = undefined;
      },
      lose: () => {
        if (!announced) return;
        tenure.settled(undefined);
        sure = false;
        doubtful = doubtful ?? announced;
        announced = undefined;
      },
      land: () => {
        if (doubtful) commit(doubtful);
        doubtful = undefined;
      },
      flush: () => (roll(8) === 0 ? redis.client.flushall() : undefined),
      use: () => (sure && !announced ? leased() : undefined),
      takeOver: async () => {
        if (roll(6) !== 0) return;
        // Its number waits for the transactions of the one before.
        await steps["land"]?.();
        announced = undefined;
        sure = true;
        const before = tenure;
        number += 1;
        tenure = lead(leading(number, { predecessorMs: Infinity }));
        before.end();
      },
    };
    const names = Object.keys(steps);
    const weighted = [...names, "begin", "begin", "begin", "take", "give", "give", "use", "announce", "commit"];
    for (let step = 0; step < 3_000; step += 1) {
      await steps[weighted[roll(weighted.length)] as string]?.();
    }
    while (readings.length > 0) await steps["give"]?.();
    const { hit, stale: refused } = await results();
    process.stdout.write(`seed ${seed}: ${reads} reads, ${hit} from the cache, ${refused} values refused\n`);
    expect(stale).toEqual([]);
    expect(hit).toBeGreaterThan(30);
    expect(refused).toBeGreaterThan(10);
  },
);
