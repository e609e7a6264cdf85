// gx network status: every node of the network with its state, process, memory and chain.
import { askControl } from "../../network/control.js";
import { figuresOf, type Figures } from "../../network/figures.js";
import { layoutOf } from "../../network/layout.js";
import type { NetworkNode } from "../../network/network.js";
import { readState } from "../../network/state.js";
import { chaincodeState, type ChaincodeState } from "../../network/upgrade.js";
import type { Config } from "../../platform/config.js";
import { memoryOfTree } from "../system/processes.js";
import { networkFolder } from "./options.js";
import { upgradeAdvice } from "./upgrade.js";

export interface NodeStatus extends NetworkNode, Figures {
  mspId: string | undefined;
  memoryBytes: number | undefined;
}

export interface NetworkStatus {
  running: boolean;
  /** Line of Fabric; undefined where no network was made. */
  line: string | undefined;
  channel: string | undefined;
  chaincode: ChaincodeState | undefined;
  /** What to do where the channel has another chaincode than this build. */
  advice: string | undefined;
  nodes: readonly NodeStatus[];
}

export async function statusOfNetwork(config: Pick<Config, "home" | "root">): Promise<NetworkStatus> {
  const folder = networkFolder(config.home);
  const state = readState(folder);
  const nodes = (await askControl(folder, { ask: "nodes" })) as NetworkNode[] | undefined;
  const { line, channel } = state ?? {};
  const chaincode = state && chaincodeState(layoutOf(folder, state, state.firstPort), state);
  const advice = chaincode && upgradeAdvice(config, chaincode.version);
  const told = await describeNodes(folder, nodes ?? []);
  return { running: nodes !== undefined, line, channel, chaincode, advice, nodes: told };
}

/** `folder`: the network's own. */
export async function describeNodes(folder: string, nodes: readonly NetworkNode[]): Promise<NodeStatus[]> {
  const state = readState(folder);
  if (!state) return [];
  const { orderers, peers, chaincodes } = layoutOf(folder, state, state.firstPort);
  const places = [...orderers, ...peers, ...chaincodes(state.chaincode.sequence)];
  const organization = new Map(places.map(({ name, mspId }) => [name, mspId]));
  return Promise.all(
    nodes.map(async (node) => ({
      ...(await withFigures(node, state.channel)),
      mspId: organization.get(node.name),
    })),
  );
}

async function withFigures(node: NetworkNode, channel: string): Promise<Omit<NodeStatus, "mspId">> {
  const silent: Figures = { height: undefined, leader: undefined };
  const figures = node.operationsPort === undefined ? silent : await figuresOf(node.operationsPort, channel);
  return { ...node, ...figures, memoryBytes: node.pid === undefined ? undefined : memoryOfTree(node.pid) };
}

export function networkTable({ running, line, channel, chaincode, advice, nodes }: NetworkStatus): string[] {
  if (line === undefined || channel === undefined || chaincode === undefined) return ["No network was made here"];
  const { name, version, sequence } = chaincode;
  const definition = `Fabric ${line}, channel ${channel}, chaincode ${name} ${version} (sequence ${sequence})`;
  const packages = Object.entries(chaincode.packages).map(([mspId, id]) => `Package of ${mspId}: ${id}`);
  const head = [
    running ? definition : `${definition}: does not run`,
    ...packages,
    ...(advice === undefined ? [] : [advice]),
  ];
  if (!running) return head;
  const rows = nodes.map((node) => [
    node.name,
    node.state,
    node.pid === undefined ? "" : `pid ${node.pid}`,
    `port ${node.port}`,
    node.memoryBytes === undefined ? "" : `${Math.round(node.memoryBytes / 1_048_576)} MB`,
    node.height === undefined ? "" : `height ${node.height}${node.leader ? ", leads" : ""}`,
  ]);
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return [
    ...head,
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    ),
  ];
}
