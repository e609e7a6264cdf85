// network.json: what a network on this folder is, so that the next start finds the same one.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { networkFault } from "./errors.js";
import { supportedLines } from "./programs.js";

const text = z.string().min(1);
const definition = z.strictObject({ name: text, version: text, sequence: z.number().int().min(1) });

const shape = z.strictObject({
  line: z.enum(supportedLines),
  orderers: z.union([z.literal(1), z.literal(3), z.literal(5)]),
  peers: z.union([z.literal(1), z.literal(2)]),
  firstPort: z.number().int(),
  channel: text,
  /** The definition that stands on the channel. */
  chaincode: definition,
  /** The one before it. */
  previous: definition.optional(),
  /** One that is just being committed: the channel knows whether it stands. */
  coming: definition.optional(),
  /** False until channel and chaincode stand: a start that was cut short before begins anew. */
  deployed: z.boolean(),
});

export type NetworkState = z.output<typeof shape>;

const fileOf = (home: string): string => join(home, "network.json");

/** What stands in the network's folder; undefined where there is none. @throws GxError NETWORK for a damaged file */
export function readState(home: string): NetworkState | undefined {
  let content: string;
  try {
    content = readFileSync(fileOf(home), "utf8");
  } catch {
    return undefined;
  }
  const parsed = shape.safeParse(parsedJson(content));
  if (parsed.success) return parsed.data;
  throw networkFault(`${fileOf(home)} is damaged; start empty with --fresh`, parsed.error);
}

export function writeState(home: string, state: NetworkState): void {
  const file = fileOf(home);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

function parsedJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
