// A Fabric network on this machine: orderers, the peers of two organizations, their chaincode, from nothing to usable.
// For development only: every key lies in its folder. Knows no domain; identities and chaincode are handed in.
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { WalletIdentity } from "../ledger/authority.js";
import type { Log } from "../ledger/log.js";
import { isTaken } from "../ledger/ports.js";
import { readProfile, type Profile } from "../platform/profile.js";
import { firstBlock, writeFiles } from "./build.js";
import { networkFault } from "./errors.js";
import { clearLeftovers, standGuard } from "./guard.js";
import { layoutOf, PORTS, portsOf, type Layout, type Size } from "./layout.js";
import { keepChaincode, versionOf } from "./kept.js";
import { approveAndCommit, install } from "./lifecycle.js";
import { startAll, stopAll, watch, type NodeState, type WatchedNode } from "./node.js";
import { activeIn, joinOrderer } from "./orderers.js";
import { peerCommand } from "./peer-command.js";
import { ordererPlan, peerPlan } from "./plans.js";
import type { Installation } from "./programs.js";
import { METADATA, proveUsable, type Proof } from "./proof.js";
import { readState, writeState, type NetworkState } from "./state.js";
import {
  chaincodeNodes,
  chaincodeState,
  settleComing,
  undo,
  upgradeTo,
  type ChaincodeState,
  type Say,
  type Standing,
} from "./upgrade.js";

export interface NetworkOptions extends Partial<Size> {
  /** Folder of this installation; the network takes `<home>/network`. */
  home: string;
  installation: Installation;
  /** First of its ports; without it any free ones. A network that stands keeps its own. */
  firstPort?: number;
  /** Default "gxchannel". */
  channel?: string;
  chaincode: {
    /** Default "gx". */
    name?: string;
    /** Folder with package.json whose main exports the contracts. A network that stands keeps what was committed. */
    path: string;
    /** Of the first definition; default the one of its package.json. */
    version?: string;
    /** What is called to see that the network works; default: the contract's own description. */
    proof?: Proof;
  };
  /** Milliseconds from the first transaction of a block to its cut; default 200. Fixed when the channel is made. */
  batchTimeoutMs?: number;
  identities: readonly WalletIdentity[];
  /** Name in the wallet by role, for the profile. */
  names?: Readonly<Record<string, string>>;
  /** Whether a node that dies is started again; default true. */
  revive?: boolean;
  log: Log;
  /** Told what is being done. */
  step?: (step: NetworkStep) => void;
}

/** In their order; a network that stands needs no channel and no definition. */
export const networkSteps = ["keys", "orderers", "channel", "peers", "definition", "transaction"] as const;
export type NetworkStep = (typeof networkSteps)[number];

export interface NetworkNode {
  name: string;
  kind: "orderer" | "peer" | "chaincode";
  pid: number | undefined;
  /** Where it takes calls, 127.0.0.1. */
  port: number;
  /** Where it tells of its health and its figures; a chaincode process does not. */
  operationsPort: number | undefined;
  state: NodeState;
}

export interface Network {
  /** Connection profile, beside its wallet. */
  profilePath: string;
  profile: Profile;
  nodes(): NetworkNode[];
  /** Sends a signal to a node. */
  kill(name: string, signal: NodeJS.Signals): void;
  /** Ends a node, which stays down. */
  stopNode(name: string): Promise<void>;
  /** Resolves when the node takes calls. */
  startNode(name: string): Promise<void>;
  /** Ends all nodes and starts them on their data; resolves when transactions are committed. */
  restart(): Promise<void>;
  /** The definition on the channel. */
  chaincode(): ChaincodeState;
  /**
   * Puts the chaincode in this folder in the place of the present one, with everything working; or the previous one again.
   * Resolves when every peer uses it and the old processes are ended. @throws GxError NETWORK; the present one goes on
   */
  upgrade(to: { path: string } | "previous", say?: Say): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the network of a home; the first time it makes keys, channel and chaincode definition. Resolves when a transaction
 * was committed with the endorsement of both organizations.
 * @throws GxError NETWORK: a taken port, another network in the folder, a program that does not do its part.
 */
export async function startNetwork(options: NetworkOptions): Promise<Network> {
  const home = join(options.home, "network");
  const known = readState(home);
  const pids = join(home, "pids");
  const ended = await clearLeftovers(pids);
  if (ended.length > 0) options.log.warn({ nodes: ended }, "ended what an earlier network left");
  const state = known?.deployed ? sameNetwork(known, options) : await newNetwork(home, options);
  const layout = layoutOf(home, state, state.firstPort);
  await checkPorts(layout, state);
  const release = standGuard(pids);
  const standing = standingOf(layout, state, options);
  try {
    const profilePath = await prepare(layout, state, options);
    await (state.deployed ? goOn(standing.nodes, options) : deploy(standing, options));
    await settleComing(standing);
    options.step?.("transaction");
    await standing.prove();
    return networkOf({ ...standing, profilePath, release });
  } catch (error) {
    await stopAll(standing.nodes);
    release();
    throw error;
  }
}

/** The folder's own network, unless the options ask for another one. */
function sameNetwork(known: NetworkState, { installation, orderers, peers, firstPort }: NetworkOptions): NetworkState {
  const differences = [
    ...(known.line === installation.line ? [] : [`it is of Fabric ${known.line}, not ${installation.line}`]),
    ...(orderers === undefined || orderers === known.orderers ? [] : [`it has ${known.orderers} orderers`]),
    ...(peers === undefined || peers === known.peers ? [] : [`it has ${known.peers} peers of each organization`]),
    ...(firstPort === undefined || firstPort === known.firstPort ? [] : [`its ports begin at ${known.firstPort}`]),
  ];
  if (differences.length === 0) return known;
  throw networkFault(
    `the network that stands here is another one: ${differences.join(", ")}; start empty with --fresh`,
  );
}

async function newNetwork(home: string, options: NetworkOptions): Promise<NetworkState> {
  const { installation, orderers = 1, peers = 1, channel = "gxchannel", chaincode } = options;
  rmSync(join(home, "data"), { recursive: true, force: true });
  const state: NetworkState = {
    line: installation.line,
    ...{ orderers, peers, channel },
    firstPort: options.firstPort ?? (await freePorts()),
    chaincode: { name: chaincode.name ?? "gx", version: chaincode.version ?? versionOf(chaincode.path), sequence: 1 },
    deployed: false,
  };
  keepChaincode(layoutOf(home, state, state.firstPort), 1, chaincode.path);
  writeState(home, state);
  return state;
}

async function prepare(layout: Layout, state: NetworkState, options: NetworkOptions): Promise<string> {
  options.step?.("keys");
  const { identities, names = {} } = options;
  const { line, channel, chaincode } = state;
  return writeFiles({ layout, line, channel, chaincode: chaincode.name, identities, names });
}

function standingOf(layout: Layout, began: NetworkState, options: NetworkOptions): Standing {
  const { installation, revive = true, log, chaincode } = options;
  const { proof = METADATA } = chaincode;
  let state = began;
  const built = { layout, installation };
  const asked = { layout, channel: state.channel, chaincode: state.chaincode.name, proof };
  const parts = {
    ...{ layout, installation, revive, log },
    state: () => state,
    keep: (changed: NetworkState) => {
      state = changed;
      writeState(layout.home, state);
    },
    prove: () => proveUsable(asked),
  };
  const plans = [
    ...layout.orderers.map((place) => ordererPlan(built, place)),
    ...layout.peers.map((place) => peerPlan(built, place)),
  ];
  const nodes = plans.map((plan) => watch(plan, { revive, log }));
  return { ...parts, nodes: [...nodes, ...chaincodeNodes(parts, state.chaincode)] };
}

async function goOn(nodes: readonly WatchedNode[], { step }: NetworkOptions): Promise<void> {
  step?.("orderers");
  const standing = startAll(nodes);
  await startAll(nodes.filter(({ kind }) => kind === "orderer"));
  step?.("peers");
  await standing;
}

/** The order in which a network comes to be; a peer joins when all peers listen, else it finds the others only late. */
async function deploy(
  { layout, installation, state, keep, nodes }: Standing,
  { batchTimeoutMs = 200, step }: NetworkOptions,
): Promise<void> {
  const { channel, chaincode, line } = state();
  const block = firstBlock(installation, layout, { channel, line, batchTimeoutMs });
  step?.("orderers");
  const standing = Promise.all([startAll(nodes), block]);
  const ordering = Promise.all([startAll(nodes.filter(({ kind }) => kind === "orderer")), block]);
  const [, first] = await ordering;
  step?.("channel");
  await Promise.all(layout.orderers.map((orderer) => joinOrderer(layout, orderer, first)));
  step?.("peers");
  await standing;
  const peer = peerCommand(installation, layout);
  const deployment = { layout, channel, peer };
  const blockFile = join(layout.config("channel"), "first.block");
  await Promise.all([
    ...layout.peers.map((place) => peer(place, ["channel", "join", "-b", blockFile])),
    install(deployment, chaincode),
    ...layout.orderers.map((orderer) => activeIn(layout, orderer, channel)),
  ]);
  step?.("definition");
  await approveAndCommit(deployment, chaincode);
  keep({ ...state(), deployed: true });
}

function networkOf(standing: Standing & { profilePath: string; release: () => void }): Network {
  const { nodes, profilePath, release, prove, layout, state } = standing;
  const named = (name: string): WatchedNode => {
    const found = nodes.find((node) => node.name === name);
    if (found) return found;
    throw networkFault(`${name} is no node of this network: ${nodes.map((node) => node.name).join(", ")}`);
  };
  return {
    profilePath,
    profile: readProfile(profilePath),
    nodes: () => nodes.map(nodeOf),
    kill: (name, signal) => named(name).kill(signal),
    stopNode: (name) => named(name).stop(),
    startNode: (name) => named(name).start(),
    restart: async () => {
      await stopAll(nodes);
      await startAll(nodes);
      await prove();
    },
    chaincode: () => chaincodeState(layout, state()),
    upgrade: (to, say = () => undefined) =>
      to === "previous" ? undo(standing, say) : upgradeTo(standing, to.path, say),
    stop: async () => {
      await stopAll(nodes);
      release();
    },
  };
}

const nodeOf = ({ name, kind, port, operationsPort, pid, state }: WatchedNode): NetworkNode => ({
  ...{ name, kind, port, operationsPort, pid: pid(), state: state() },
});

async function checkPorts(layout: Layout, { chaincode }: NetworkState): Promise<void> {
  const ports = portsOf(layout, chaincode.sequence);
  const taken = await Promise.all(
    ports.map(async ({ node, port }) => ((await isTaken(port)) ? [`${port} of ${node}`] : [])),
  );
  const list = taken.flat();
  if (list.length === 0) return;
  throw networkFault(
    `taken by another program: port ${list.join(", ")}; end that, or choose others with NETWORK_PORT or GX_PORT_OFFSET`,
  );
}

// Above every default port with its offset, below those that outgoing connections are given by chance.
const FREE = { from: 20_000, count: 12_000 };

async function freePorts(): Promise<number> {
  for (;;) {
    const first = FREE.from + Math.floor(Math.random() * (FREE.count - PORTS));
    const taken = await Promise.all(Array.from({ length: PORTS }, (_, index) => isTaken(first + index)));
    if (!taken.includes(true)) return first;
  }
}
