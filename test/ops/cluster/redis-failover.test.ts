// The Redis of the queues loses its primary under load: Sentinel makes another one, our processes find it, no command is lost.
import { createUser, ended, newPerson } from "../../../bench/load.js";
import { newSystem, type System } from "../../../bench/system.js";
import { openConsumer } from "../../../platform/queue.js";
import { eventually, newRedis, type TestRedis } from "../../environment.js";
import { newLines } from "../../platform/parts.js";
import { check } from "../checks.js";
import { startSentinels, type Sentinels } from "./sentinel.js";

const OFFSET = 1600;
const COMMANDS = 300;
let redis: Sentinels;
beforeAll(async () => {
  redis = await startSentinels();
}, 120_000);
afterAll(() => redis.close(), 30_000);

describe("Redis of the queues", () => {
  check(
    "OPS-2.9",
    "D",
    "the settings that are shipped: no eviction, AOF, a standby that must have what is written",
    async () => {
      const primary = redis.member(await redis.primary());
      const setting = async (name: string) => ((await primary.config("GET", name)) as string[])[1];
      const names = ["maxmemory-policy", "maxmemory", "appendonly", "appendfsync", "min-replicas-to-write"];
      expect(await Promise.all(names.map(setting))).toEqual(["noeviction", "805306368", "yes", "everysec", "1"]);
    },
  );

  check("OPS-2.9", "D", "each user may what it needs, and the default user nothing", async () => {
    const consumer = await openConsumer({ url: redis.url("submitter"), queue: "gx_admin", log: newLines().log });
    await eventually(
      () =>
        consumer.probe().then(
          () => true,
          () => false,
        ),
      "the connection",
    );
    expect(await eventually(() => consumer.epoch(), "the mark of the queue")).toMatch(/^[0-9a-f-]{36}$/);
    consumer.close();
    const primary = redis.member(await redis.primary());
    const denied = async (user: string, ...words: string[]) =>
      String(await primary.call("ACL", "DRYRUN", user, ...words)).includes("has no permissions");
    expect(await denied("probe", "get", "bull:x")).toBe(true);
    expect(await denied("gateway", "get", "gx:v:x")).toBe(true);
    expect(await denied("submitter", "flushall")).toBe(true);
    expect(await denied("subgraph", "config", "set", "maxmemory", "1")).toBe(true);
    expect(await denied("exporter", "get", "bull:x")).toBe(true);
    expect(await denied("submitter", "get", "bull:x")).toBe(false);
  });

  describe("under load", () => {
    let system: System;
    let cache: TestRedis;
    beforeAll(async () => {
      cache = await newRedis();
      system = await newSystem(OFFSET, { REDIS_URL: redis.url("submitter"), CACHE_URL: cache.url });
    }, 120_000);
    afterAll(async () => {
      await system.remove();
      await cache.close();
    }, 60_000);

    check(
      "OPS-2.10",
      "L",
      "its primary killed under queue load: a new one within 10 s, and no command without an outcome",
      async () => {
        const partner = system.tokens("PARTNER_API")[0] as string;
        const admin = system.tokens("ADMIN")[0] as string;
        const before = await redis.primary();
        const accepted: string[] = [];
        for (let i = 0; i < COMMANDS / 3; i++) accepted.push(await createUser(system, partner, newPerson(), "NG"));
        const killed = Date.now();
        await redis.kill(before);
        const failover = eventually(async () => ![0, before].includes(await redis.primary()), "a new primary", 30_000);
        const took = failover.then(() => (Date.now() - killed) / 1_000);
        for (let i = 0; i < COMMANDS / 3; i++) accepted.push(await createUser(system, partner, newPerson(), "NG"));
        expect(await took).toBeLessThan(10);
        redis.start(before);
        for (let i = 0; i < COMMANDS / 3; i++) accepted.push(await createUser(system, partner, newPerson(), "NG"));
        const outcomes = await ended(system, admin, accepted);
        expect(outcomes.filter(({ status }) => status === "COMMITTED")).toHaveLength(COMMANDS);
        const now = redis.member(await redis.primary());
        await eventually(
          async () => /connected_slaves:2/.test(await now.info("replication")),
          "the old one back",
          30_000,
        );
        console.log(`Redis: ${COMMANDS} of ${COMMANDS} committed, new primary after ${(await took).toFixed(1)} s`);
      },
      240_000,
    );
  });
});
