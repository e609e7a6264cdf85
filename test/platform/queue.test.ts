import { openConsumer, openProducer, type Consumer, type Producer } from "../../platform/queue.js";
import { eventually, freePort, newRedis, type TestRedis } from "../environment.js";
import { newLines, newMetrics, valueOf } from "./parts.js";

const id = (number: number) => `0199aaaa-0000-7000-8000-${String(number).padStart(12, "0")}`;

const jobs = (...numbers: number[]) => numbers.map((number) => ({ id: id(number), name: "tokenomics.transfer" }));

describe("the queue of a role", () => {
  const QUEUE = "gx_partner_api";
  const lines = newLines();
  const metrics = newMetrics();
  let redis: TestRedis;
  let producer: Producer;
  let consumer: Consumer;

  beforeAll(async () => {
    redis = await newRedis();
    producer = openProducer({ url: redis.url, log: lines.log, metrics });
    consumer = await openConsumer({ url: redis.url, queue: QUEUE, log: lines.log });
  });
  afterAll(async () => {
    consumer.close();
    await producer.close();
    await redis.close();
  });
  const woken = () => eventually(() => producer.wake(QUEUE, jobs(999)), "Redis to take jobs");

  test("shows jobs as active until their command is done with, and forgets them then", async () => {
    const done = new Map<string, () => void>();
    const stop = consumer.take({
      concurrency: 10,
      handle: (job) => new Promise((resolve) => done.set(job, resolve)),
    });
    await eventually(() => producer.wake(QUEUE, jobs(1, 2)), "jobs to be added");
    await eventually(() => done.size === 2, "both jobs");
    expect(await consumer.counts()).toMatchObject({ active: 2, waiting: 0 });
    done.get(id(1))?.();
    await eventually(async () => (await consumer.counts())["active"] === 1, "the first to end");
    expect(await consumer.counts()).toMatchObject({ completed: 0, failed: 0 });
    done.get(id(2))?.();
    await eventually(async () => (await consumer.counts())["active"] === 0, "the second to end");
    await stop();
  });

  test("takes the id of a finished job again", async () => {
    const taken: string[] = [];
    const stop = consumer.take({
      concurrency: 1,
      handle: (job) => {
        taken.push(job);
        return Promise.resolve();
      },
    });
    for (const times of [1, 2]) {
      await producer.wake(QUEUE, jobs(3));
      await eventually(() => taken.length === times, `time ${times}`);
      await eventually(async () => (await redis.client.exists(`bull:${QUEUE}:${id(3)}`)) === 0, "the job to be gone");
    }
    await stop();
  });

  test("gives the unfinished jobs of one that left to the next", async () => {
    let first = "";
    const stop = consumer.take({
      concurrency: 1,
      handle: (job) => {
        first = job;
        return new Promise(() => undefined);
      },
    });
    await producer.wake(QUEUE, jobs(4));
    await eventually(() => first === id(4), "the first to take it");
    await stop();
    const taken: string[] = [];
    const stopNext = consumer.take({
      concurrency: 1,
      handle: (job) => {
        taken.push(job);
        return Promise.resolve();
      },
    });
    await eventually(() => taken.includes(id(4)), "the next to take it");
    await stopNext();
  });

  test("has an epoch that only a loss of everything changes, seen alike by all", async () => {
    const other = await openConsumer({ url: redis.url, queue: "gx_admin", log: lines.log });
    const first = await consumer.epoch();
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect([await consumer.epoch(), await other.epoch()]).toEqual([first, first]);
    await redis.client.flushall();
    const second = await consumer.epoch();
    expect(second).not.toBe(first);
    expect(await other.epoch()).toBe(second);
    other.close();
  });

  test("survives a Redis that was killed and came back empty; the outage is logged once", async () => {
    const taken: string[] = [];
    const stop = consumer.take({
      concurrency: 2,
      handle: (job) => {
        taken.push(job);
        return Promise.resolve();
      },
    });
    await woken();
    await eventually(() => taken.length === 1, "a job before");
    const before = lines.with("Redis connection error").length;
    await redis.kill();
    // One line for the producer's connection and one for the consumer's.
    const told = () => lines.with("Redis connection error").length - before;
    await eventually(() => told() === 2, "both connections to notice the outage");
    expect(await producer.wake(QUEUE, jobs(5, 6))).toBe(false);
    expect(await valueOf(metrics, "command_enqueue_failed_total", `role="${QUEUE}"`)).toBeGreaterThanOrEqual(2);
    await expect(consumer.probe()).rejects.toThrow("Redis is away");
    await redis.start();
    await woken();
    await eventually(() => taken.length === 2, "a job after");
    await consumer.probe();
    expect(told()).toBe(2);
    await stop();
  });
});

describe("a Redis", () => {
  test("that never comes does not keep anybody from ending", async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const consumer = await openConsumer({ url, queue: "gx_admin", log: newLines().log });
    const stop = consumer.take({ concurrency: 1, handle: () => Promise.resolve() });
    await stop();
    consumer.close();
  });

  test("that may evict keys is refused with what to do", async () => {
    const redis = await newRedis("--maxmemory-policy", "allkeys-lru");
    const opening = openConsumer({ url: redis.url, queue: "gx_admin", log: newLines().log });
    await expect(opening).rejects.toMatchObject({ code: "EVICTING_REDIS" });
    await expect(opening).rejects.toThrow("maxmemory-policy allkeys-lru and may drop jobs; set it to noeviction");
    await redis.close();
  });

  test("that is away at the start stops nobody: jobs are taken once it is there", async () => {
    const redis = await newRedis();
    await redis.kill();
    const lines = newLines();
    const metrics = newMetrics();
    const consumer = await openConsumer({ url: redis.url, queue: "gx_admin", log: lines.log });
    const producer = openProducer({ url: redis.url, log: lines.log, metrics });
    const taken: string[] = [];
    const stop = consumer.take({
      concurrency: 1,
      handle: (job) => {
        taken.push(job);
        return Promise.resolve();
      },
    });
    expect(await producer.wake("gx_admin", jobs(1))).toBe(false);
    await redis.start();
    await eventually(() => producer.wake("gx_admin", jobs(2)), "Redis to take jobs");
    await eventually(() => taken.includes(id(2)), "the job");
    await stop();
    consumer.close();
    await producer.close();
    await redis.close();
  });
});
