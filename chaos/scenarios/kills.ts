// Processes that end without a word, stand still, or are exchanged one by one.
import { until } from "../../bench/system.js";
import { quantile } from "../driver.js";
import { endOf, oldestOpen } from "../ending.js";
import type { Arena, Target, Worker } from "../arena.js";
import type { Random } from "../random.js";
import type { Scenario } from "../stage.js";

/** What is cheap to start again is killed more often. */
const weights: Readonly<Record<Target, number>> = {
  ...{ gateway: 1, subgraphs: 1, "submitter leader": 2, "submitter standby": 1, "projector leader": 2 },
  ...{ "projector standby": 1, ledger: 1, chaincode: 2, redis: 4, postgres: 2 },
  ...{ "peer0-org1": 2, "peer0-org2": 2, orderer0: 2, "chaincode-org1": 2, "chaincode-org2": 2 },
};

const shuffled = (items: readonly Target[], random: Random): Target[] => {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0] ?? "redis");
};

const killStorm: Scenario = {
  name: "kill-storm",
  sentence: "any process is killed by SIGKILL more often than every two seconds, whatever it is doing",
  share: 16,
  least: 8,
  harm: { errors: 0.6, p99: 12_000 },
  run: async (stage) => {
    const kill = async (target: Target) => {
      const isHit = await stage.kill(target);
      await stage.pause(500 + stage.random.below(1_200));
      return isHit;
    };
    // Everybody's turn once, however short the storm; who is not there just now comes later.
    const { targets } = stage.arena;
    const first = shuffled(targets, stage.random);
    for (const target of first) if (!(await kill(target))) first.push(target);
    const hat = targets.flatMap((target) => Array.from({ length: weights[target] }, () => target));
    while (stage.left() > 0) await kill(stage.random.pick(hat));
  },
};

/** Milliseconds until the other process leads; undefined when the same one came back first. */
async function takeover(arena: Arena, worker: Worker, from: string, since: number): Promise<number | undefined> {
  const next = await until(
    `another ${worker} to lead`,
    () => arena.leader(worker).then((now) => now ?? false),
    60_000,
    25,
  );
  return next === from ? undefined : Date.now() - since;
}

const takeovers: Scenario = {
  name: "takeovers",
  sentence: "the leading worker is killed, and the one beside it goes on",
  share: 3,
  least: 10,
  harm: { errors: 0.05, p99: 5_000 },
  run: async (stage) => {
    const { arena } = stage;
    while (stage.left() > 0) {
      for (const worker of ["submitter", "projector"] as const) {
        let from: string | undefined;
        let ids: string[] = [];
        const isHit = await stage.kill(`${worker} leader`, async () => {
          from = await arena.leader(worker);
          ids = await oldestOpen(arena);
        });
        const since = Date.now();
        if (!isHit || from === undefined) continue;
        const next = await takeover(arena, worker, from, since);
        if (worker === "projector" && next !== undefined)
          stage.figure("projector takeover", "ms", next, { most: 3_000 });
        if (worker === "submitter") {
          const taken = (await endOf(arena, since, ids)).sort((a, b) => a - b);
          stage.figure("worker killed → the 200 oldest open commands ended, p50", "ms", quantile(taken, 0.5));
          stage.figure("worker killed → the 200 oldest open commands ended, p99", "ms", quantile(taken, 0.99), {
            most: 5_000,
          });
        }
        await stage.pause(500);
      }
      await arena.whole();
    }
  },
};

const pauseWorker: Scenario = {
  name: "pause-worker",
  sentence: "a leading worker stands still longer than its lock, then goes on beside its successor",
  share: 2,
  least: 8,
  harm: { errors: 0.05, p99: 5_000 },
  run: async (stage) => {
    for (const worker of ["submitter", "projector"] as const) {
      const place = await stage.arena.leader(worker);
      const pid = place && stage.arena.pidAt(worker, place);
      if (pid === undefined) continue;
      await stage.hurt(`${worker} paused`, () => Promise.resolve(process.kill(pid, "SIGSTOP")));
      try {
        await stage.pause(5_000);
      } finally {
        process.kill(pid, "SIGCONT");
      }
      await stage.pause(1_000);
    }
  },
};

const chaincodeKilled: Scenario = {
  name: "chaincode-killed",
  sentence: "the chaincode process is killed while it executes batches",
  share: 1,
  least: 4,
  harm: { errors: 0.02, p99: 3_000 },
  run: async (stage) => {
    while (stage.left() > 0) {
      await stage.kill(stage.random.pick(stage.arena.ground.chaincode));
      await stage.pause(1_500);
    }
  },
};

const rollingRestart: Scenario = {
  name: "rolling-restart",
  sentence: "each worker and server with a second one is asked to end, one after the other, under load",
  share: 2,
  least: 10,
  harm: { errors: 0, p99: 5_000 },
  run: async (stage) => {
    const order = ["submitter standby", "submitter leader", "projector standby", "projector leader"] as const;
    for (const target of order) {
      const pid = await stage.arena.pid(target);
      const begin = Date.now();
      await stage.hurt(`${target} asked to end`, () => stage.arena.signal(target, "SIGTERM"));
      if (pid === undefined) continue;
      await until(`${target} to drain`, () => Promise.resolve(!isAlive(pid)), 60_000, 20);
      stage.figure("drain under load", "ms", Date.now() - begin, { most: 25_000 });
      await stage.arena.whole();
    }
  },
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const kills = [killStorm, takeovers, pauseWorker, chaincodeKilled, rollingRestart];
