import { newWorld, type World } from "../submitter/world.js";
import { startSubmitter } from "../submitter/child.js";

let world: World;
beforeAll(async () => {
  world = await newWorld({ redisSettings: ["--maxmemory-policy", "allkeys-lru"] });
}, 30_000);
afterAll(() => world.close());

test("redis evicts keys at start: the submitter refuses to start and says what to set", async () => {
  const worker = await startSubmitter(world, ["gx_partner_api"]);
  expect(await worker.ended).toBe(1);
  const [refusal] = worker.with("Process could not start");
  expect(refusal?.error?.message).toMatch(
    /maxmemory-policy allkeys-lru and may drop jobs; set it to noeviction: redis-cli/,
  );
  expect(worker.with("Leading")).toEqual([]);
});
