// How each node of the network is started and when it takes calls.
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { startProcess } from "../ledger/chaincode-process.js";
import { isTaken } from "../ledger/ports.js";
import { environment } from "../platform/config.js";
import { packageIdOf, type Definition } from "./lifecycle.js";
import { LOOPBACK, type ChaincodePlace, type Layout, type OrdererPlace, type PeerPlace } from "./layout.js";
import { lastWords, startProgram, type NodePlan, type Program } from "./node.js";
import type { Installation } from "./programs.js";

export interface Built {
  layout: Layout;
  installation: Installation;
}

// With their own level the programs write several lines for each call, and their own format is for terminals.
const LOGGING = {
  FABRIC_LOGGING_SPEC: "warn",
  FABRIC_LOGGING_FORMAT: "%{time:2006-01-02T15:04:05.000Z07:00} %{level:.4s} [%{module}] %{message}",
};

export const ordererPlan = (built: Built, place: OrdererPlace): NodePlan =>
  program(place, { ...common(built, place.name), command: built.installation.orderer, args: [] });

export const peerPlan = (built: Built, place: PeerPlace): NodePlan =>
  program(place, { ...common(built, place.name), command: built.installation.peer, args: ["node", "start"] });

function program(place: OrdererPlace | PeerPlace, started: Program): NodePlan {
  const { name, kind, port, operationsPort } = place;
  const listening = place.kind === "orderer" ? [port, place.adminPort] : [port];
  return {
    ...{ name, kind, port, operationsPort },
    start: () => startProgram(started),
    // A node says that it is well before it listens.
    answers: async () => (await isWell(operationsPort)) && (await listen(listening)),
    said: () => lastWords(started.logFile),
  };
}

const common = ({ layout }: Built, name: string): Omit<Program, "command" | "args"> => ({
  cwd: layout.home,
  env: { PATH: environment()["PATH"] ?? "", FABRIC_CFG_PATH: layout.config(name), ...LOGGING },
  logFile: layout.log(name),
  pidFile: layout.pid(name),
});

const listen = async (ports: readonly number[]): Promise<boolean> =>
  !(await Promise.all(ports.map(isTaken))).includes(false);

async function isWell(operationsPort: number): Promise<boolean> {
  const answer = await fetch(`http://${LOOPBACK}:${operationsPort}/healthz`).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok ?? false;
}

export interface ChaincodeFolder {
  definition: Definition;
  /** Folder with package.json whose main exports the contracts. */
  path: string;
}

export function chaincodePlan(
  { layout }: Built,
  place: ChaincodePlace,
  { definition, path }: ChaincodeFolder,
): NodePlan {
  const { name, kind, port, mspId } = place;
  const file = layout.log(name);
  mkdirSync(dirname(file), { recursive: true });
  const write = (fields: object, message: string) =>
    appendFileSync(file, `${JSON.stringify({ ...fields, message })}\n`);
  const log = { info: write, warn: write, error: write };
  // Two versions stand side by side while one follows the other.
  const pidFile = layout.pid(`${name}-${definition.sequence}`);
  const id = packageIdOf(definition, place);
  return {
    ...{ name, kind, port, operationsPort: undefined },
    start: () => {
      const { pid, ended, stop } = startProcess({ path, id, mspId, port, pidFile, log });
      return { pid, ended, stop };
    },
    answers: () => isTaken(port),
    said: () => lastWords(file),
  };
}

/** Folder of the external builder, one for all peers. */
export const builderOf = (layout: Layout): string => join(layout.home, "builder");
