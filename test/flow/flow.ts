// What a flow walks through: a ledger, its rows, a graph before them, and the workers that a suite starts when their turn comes.
import type { ProcessMain } from "../../platform/process.js";
import { newGraph, type Graph } from "../gateway/graph.js";
import type { LedgerKind } from "../ledgers.js";
import { newWorldOn, type WorldOn } from "../submitter/world.js";
import { newProcesses, type Running } from "./processes.js";

export interface Flow {
  readonly world: WorldOn;
  readonly graph: Graph;
  /** Starts a worker on this world. */
  start(main: ProcessMain): Promise<Running>;
  /** Drains the workers, then ends what they stood on. */
  close(): Promise<void>;
}

export async function newFlow(kind: LedgerKind): Promise<Flow> {
  const world = await newWorldOn(kind);
  const rows = { DATABASE_URL: world.database.url, REDIS_URL: world.redis.url };
  const graph = await newGraph(rows);
  const processes = newProcesses();
  return {
    world,
    graph,
    start: (main) => processes.start(main, { ...rows, GX_HOME: world.home, FABRIC_PROFILE: world.profilePath }),
    close: async () => {
      await processes.stopAll();
      await graph.close();
      await world.close();
    },
  };
}
