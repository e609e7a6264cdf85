// What a node tells of itself over HTTP: how far its chain goes, and whether it leads. Asks once, waits shortly.
import { LOOPBACK } from "./layout.js";

export interface Figures {
  /** Number of blocks; undefined when it does not tell. */
  height: number | undefined;
  /** Of an orderer: whether it leads the others. */
  leader: boolean | undefined;
}

const PATIENCE_MS = 1_000;

export async function figuresOf(operationsPort: number, channel: string): Promise<Figures> {
  const text = await metricsOf(operationsPort);
  const value = (name: string): number | undefined => {
    const found = new RegExp(`^${name}\\{channel="${channel}"\\} (\\S+)`, "m").exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const committed = value("consensus_etcdraft_committed_block_number");
  const leads = value("consensus_etcdraft_is_leader");
  return {
    height: value("ledger_blockchain_height") ?? (committed === undefined ? undefined : committed + 1),
    leader: leads === undefined ? undefined : leads === 1,
  };
}

async function metricsOf(port: number): Promise<string> {
  try {
    const answer = await fetch(`http://${LOOPBACK}:${port}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return await answer.text();
  } catch {
    return "";
  }
}
