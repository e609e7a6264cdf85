// The two commands that a new ledger begins with: its system with the first admins, and the 234 countries. By ordinary mutations.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "../catalogue/index.js";
import { root } from "../platform/config.js";
import { carryOut, type Graph } from "./graph.js";

export interface Beginning {
  readonly profile: string;
  /** The first admins. */
  readonly admins: readonly string[];
  readonly parameters?: readonly { readonly id: string; readonly value: number }[];
}

export interface BeginOptions {
  /** Idempotency keys, always the same: what was cut short goes on where it ended. */
  readonly keys: { readonly system: string; readonly countries: string };
  /** Whether a ledger that has begun already, under whatever keys, is as good. */
  readonly orBegun?: boolean;
  readonly say: (line: string) => void;
}

/** @throws GxError UNEXPECTED when the ledger refuses, or whatever the gateway refuses. */
export async function beginLedger(graph: Graph, beginning: Beginning, { keys, orBegun, say }: BeginOptions) {
  const { bootstrapSystem, initializeCountryData } = catalogue.admin.commands;
  const or = (refusal: string) => (orBegun ? { orRefusedWith: refusal } : {});
  const system = { command: bootstrapSystem, input: beginning, key: keys.system };
  await carryOut(graph, { ...system, ...or("ALREADY_BOOTSTRAPPED") });
  say(`Bootstrapped the ledger with profile ${beginning.profile}`);
  const countries = JSON.parse(readFileSync(join(root, "data", "countries.json"), "utf8")) as unknown[];
  const rows = { command: initializeCountryData, input: { countries }, key: keys.countries };
  await carryOut(graph, { ...rows, ...or("ALREADY_EXISTS") });
  say(`Loaded ${countries.length} countries`);
}
