// What only a network of Fabric's own programs has: nodes of several organizations, each with an end of its own.
import { quantile } from "../driver.js";
import { endOf, nextEnded, oldestOpen } from "../ending.js";
import { networkTargets, type Target } from "../ground.js";
import type { Scenario, Stage } from "../stage.js";

/** The processes of a network share the machine: callers wait longer than elsewhere, and are answered all the same. */
const HARM = { errors: 0.02, p99: 9_000 };

/** Kills a node under load and notes how soon it goes on, for who comes then and for who was waiting. */
async function killAndResume(stage: Stage, node: Target): Promise<void> {
  const { arena, figure } = stage;
  let waiting: string[] = [];
  const isHit = await stage.kill(node, async () => {
    waiting = await oldestOpen(arena);
  });
  if (!isHit) throw new Error(`there is no ${node} to be killed`);
  const since = Date.now();
  const [next, ends] = await Promise.all([nextEnded(arena), endOf(arena, since, waiting)]);
  const sorted = ends.sort((a, b) => a - b);
  figure(`${node} killed → a command accepted after that ended`, "ms", next);
  figure(`${node} killed → the 200 oldest open commands ended, p50`, "ms", quantile(sorted, 0.5));
  figure(`${node} killed → the 200 oldest open commands ended, last`, "ms", sorted.at(-1) ?? Number.NaN);
  if (ends.length < waiting.length) throw new Error(`${waiting.length - ends.length} commands did not end`);
  await arena.whole();
}

const nodesKilled: Scenario = {
  name: "nodes-killed",
  sentence: "each node of the network is killed under load, one after the other, and all goes on",
  on: "network",
  share: 1,
  least: 60,
  harm: HARM,
  // A steady stream, also while nothing ends.
  load: { backlog: 8_000, rate: 250 },
  run: async (stage) => {
    for (const node of networkTargets) await killAndResume(stage, node);
  },
};

const chaincodeUpgraded: Scenario = {
  name: "chaincode-upgraded",
  sentence:
    "both organizations put another version of the chaincode in the place of the present one under load, and back",
  on: "network",
  share: 1,
  least: 20,
  harm: HARM,
  load: { backlog: 3_000, rate: 250 },
  run: async (stage) => {
    const { upgrade } = stage.arena.ground;
    if (!upgrade) throw new Error("the chaincode of this ledger has no life cycle");
    do {
      const begin = Date.now();
      await stage.hurt("chaincode upgraded", upgrade);
      stage.figure("chaincode upgraded under load, both organizations", "ms", Date.now() - begin);
      stage.figure("chaincode upgraded → a command accepted after that ended", "ms", await nextEnded(stage.arena));
    } while (stage.left() > 0);
  },
};

export const network = [nodesKilled, chaincodeUpgraded];
