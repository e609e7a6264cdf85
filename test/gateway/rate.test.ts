// How much one caller may ask: each his own bucket, told in headers, and nobody pays for another.
import { openRateLimit } from "../../gateway/rate.js";
import { newGraph, nobody, type Graph } from "./graph.js";

const BURST = 5;
let graph: Graph;
beforeAll(async () => {
  graph = await newGraph({ RATE_LIMIT: "1", RATE_BURST: String(BURST) });
});
afterAll(() => graph.close());

const STATUS = "{ systemStatus { paused } }";
const several = (count: number, token?: string) =>
  Promise.all(Array.from({ length: count }, () => graph.ask(STATUS, {}, token)));

it("answers a burst, then 429 with the time to wait, and counts it", async () => {
  const token = await graph.token("USER");
  const answers = await several(2 * BURST, token);
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(BURST);
  expect(refused.length).toBeGreaterThan(0);
  for (const { errors, headers } of refused) {
    expect(errors).toMatchObject([{ extensions: { code: "RATE_LIMITED", requestId: headers.get("x-request-id") } }]);
    expect(headers.get("retry-after")).toMatch(/^[1-9]$/);
    expect(headers.get("ratelimit")).toMatch(/^"caller";r=0;t=\d+$/);
  }
  expect(await graph.metrics.text()).toMatch(/gateway_rejected_total\{reason="rate"/);
});

it("lets nobody pay for another, and counts tokens of one subject together", async () => {
  const sub = "0b1d0000-0000-4000-8000-0000000000aa";
  await several(3 * BURST, await graph.token("USER", sub));
  const again = await several(3 * BURST, await graph.token("USER", sub));
  expect(again.filter(({ status }) => status === 200).length).toBeLessThan(BURST);
  expect((await graph.ask(STATUS, {}, await graph.token("USER"))).status).toBe(200);
});

it("tells every answer what is left", async () => {
  const token = await graph.token("USER");
  const good = await graph.ask(STATUS, {}, token);
  const bad = await graph.ask("{", {}, token);
  expect([good.status, bad.status]).toEqual([200, 400]);
  expect(good.headers.get("ratelimit")).toBe(`"caller";r=${BURST - 1};t=1`);
  for (const { headers } of [good, bad]) expect(headers.get("ratelimit-policy")).toBe(`"caller";q=${BURST};w=${BURST}`);
});

describe("a bucket", () => {
  it("fills at its rate up to its burst", () => {
    let now = 1_000;
    const rate = openRateLimit({ perSecond: 100, burst: 200 }, () => now);
    const passed = (count: number) =>
      Array.from({ length: count }, () => rate.take(nobody, "::1")).filter(({ refusal }) => !refusal).length;
    expect(passed(300)).toBe(200);
    now += 500;
    expect(passed(300)).toBe(50);
    now += 60_000;
    expect(passed(300)).toBe(200);
  });

  it("is of an address where nobody in particular asks", () => {
    const rate = openRateLimit({ perSecond: 1, burst: 1 }, () => 0);
    expect(["a", "a", "b"].map((address) => rate.take(nobody, address).refusal?.code)).toEqual([
      undefined,
      "RATE_LIMITED",
      undefined,
    ]);
  });
});
