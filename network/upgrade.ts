// Another chaincode while the network works: its processes beside the old ones, approved and committed by both organizations.
// Never ends the old processes before every peer has the new definition, and never forgets an upgrade that was cut short.
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../ledger/log.js";
import { isTaken } from "../ledger/ports.js";
import { networkFault } from "./errors.js";
import { keepChaincode, keptChaincode, forgetBefore, versionOf } from "./kept.js";
import type { Layout } from "./layout.js";
import { approveAndCommit, committedAt, install, packageIdOf, type Definition } from "./lifecycle.js";
import { startAll, stopAll, watch, type WatchedNode } from "./node.js";
import { peerCommand } from "./peer-command.js";
import { chaincodePlan } from "./plans.js";
import type { Installation } from "./programs.js";
import type { NetworkState } from "./state.js";

/** A network whose nodes run. */
export interface Standing {
  layout: Layout;
  installation: Installation;
  revive: boolean;
  log: Log;
  /** As it stands on disk. */
  state(): NetworkState;
  keep(state: NetworkState): void;
  /** All of it; the processes of a chaincode are replaced by those of the next. */
  nodes: WatchedNode[];
  /** Resolves when every peer endorses and a transaction is committed. */
  prove(): Promise<void>;
}

export interface ChaincodeState extends Definition {
  /** Package id by MSP, as the peers of the organization name it. */
  packages: Readonly<Record<string, string>>;
  /** Version that `undo` puts back. */
  previous: string | undefined;
}

/** Is told what is being done, a line at a time. */
export type Say = (line: string) => void;

/** Milliseconds for calls that began on the old chaincode; what still runs then is endorsed anew on the new one. */
const LAST_CALL_MS = 3_000;
const PATIENCE_MS = 30_000;

export function chaincodeState(layout: Layout, { chaincode, previous }: NetworkState): ChaincodeState {
  const ids = layout.chaincodes(chaincode.sequence).map((place) => [place.mspId, packageIdOf(chaincode, place)]);
  return { ...chaincode, packages: Object.fromEntries(ids) as Record<string, string>, previous: previous?.version };
}

/**
 * Puts the chaincode in `path` in the place of the present one; resolves when every peer uses it and the old processes are ended.
 * @throws GxError NETWORK; where the channel kept the old definition, the old chaincode goes on.
 */
export async function upgradeTo(standing: Standing, path: string, say: Say): Promise<void> {
  const { layout, log } = standing;
  const before = standing.state();
  if (before.coming) throw networkFault("another upgrade is under way");
  const { name, sequence } = before.chaincode;
  const next: Definition = { name, version: versionOf(path), sequence: sequence + 1 };
  keepChaincode(layout, next.sequence, path);
  // Noted first: a start after a crash asks the channel which of both stands.
  standing.keep({ ...before, coming: next });
  const fresh = chaincodeNodes(standing, next);
  try {
    await begin(standing, next, fresh, say);
  } catch (error) {
    if ((await committedSequence(standing)) !== next.sequence) {
      await stopAll(fresh);
      standing.keep(before);
      throw error;
    }
  }
  log.info({ ...next }, "chaincode committed");
  say(`Both organizations committed it as sequence ${next.sequence}`);
  await settle(standing, next, fresh, say);
}

/** The previous chaincode again, as the next definition. @throws GxError NETWORK where there was none */
export async function undo(standing: Standing, say: Say): Promise<void> {
  const { previous } = standing.state();
  if (!previous) throw networkFault("this channel had no other chaincode before");
  await upgradeTo(standing, keptChaincode(standing.layout, previous.sequence), say);
}

/** After a start: ends an upgrade that was cut short, as the channel says. */
export async function settleComing(standing: Standing): Promise<void> {
  const { coming, ...state } = standing.state();
  if (!coming) return;
  if ((await committedSequence(standing)) !== coming.sequence) return standing.keep(state);
  const fresh = chaincodeNodes(standing, coming);
  await startAll(fresh);
  await settle(standing, coming, fresh, () => undefined);
}

export const chaincodeNodes = (
  { layout, installation, revive, log }: Omit<Standing, "nodes">,
  definition: Definition,
) =>
  layout.chaincodes(definition.sequence).map((place) => {
    const path = keptChaincode(layout, definition.sequence);
    return watch(chaincodePlan({ layout, installation }, place, { definition, path }), { revive, log });
  });

async function begin(standing: Standing, next: Definition, fresh: readonly WatchedNode[], say: Say): Promise<void> {
  for (const { name, port } of fresh)
    if (await isTaken(port)) throw networkFault(`port ${port} for ${name} is taken by another program`);
  const deployment = deploymentOf(standing);
  await Promise.all([startAll(fresh), install(deployment, next)]);
  say(`Chaincode ${next.version} runs beside the present one and is installed on every peer`);
  await approveAndCommit(deployment, next);
}

async function settle(standing: Standing, next: Definition, fresh: readonly WatchedNode[], say: Say): Promise<void> {
  const { layout, nodes } = standing;
  const old = nodes.filter(({ kind }) => kind === "chaincode");
  // First in the list: by its name a node is now the new one.
  nodes.unshift(...fresh);
  await everyPeerHas(standing, next);
  await standing.prove();
  const { coming: _, ...state } = standing.state();
  standing.keep({ ...state, chaincode: next, previous: state.chaincode });
  say("Every peer uses it; the processes before it get their last calls");
  await sleep(LAST_CALL_MS);
  const others = nodes.filter(({ kind }) => kind !== "chaincode");
  nodes.splice(0, nodes.length, ...others, ...fresh);
  await stopAll(old);
  forgetBefore(layout, state.chaincode.sequence);
}

async function everyPeerHas(standing: Standing, { name, sequence }: Definition): Promise<void> {
  const deployment = deploymentOf(standing);
  for (const place of standing.layout.peers) {
    for (const end = Date.now() + PATIENCE_MS; ; await sleep(100)) {
      const committed = await committedAt(deployment, place, name);
      if (committed?.sequence === sequence) break;
      if (Date.now() > end)
        throw networkFault(`${place.name} still has sequence ${committed?.sequence ?? 0} of ${name}`);
    }
  }
}

/** Of the definition on the channel, as the first peer that answers tells it. */
async function committedSequence(standing: Standing): Promise<number | undefined> {
  const { chaincode } = standing.state();
  for (const place of standing.layout.peers) {
    const committed = await committedAt(deploymentOf(standing), place, chaincode.name).catch(() => undefined);
    if (committed) return committed.sequence;
  }
  return undefined;
}

const deploymentOf = ({ layout, installation, state }: Standing) => ({
  ...{ layout, channel: state().channel, peer: peerCommand(installation, layout) },
});
