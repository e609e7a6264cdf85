// gx schema: prints the SDL of each subgraph and the composed supergraph into schema/, or checks that they are fresh.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { composeServices } from "@apollo/composition";
import type { Command } from "commander";
import { furnishedDomains } from "../catalogue/index.js";
import { root } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { printedDocument, subgraphDocument } from "../subgraphs/schema.js";

const NOTE = "# Printed by `gx schema` from catalogue/ and subgraphs/*/schema.graphql. Never edited by hand.\n";

export function register(program: Command): void {
  program
    .command("schema")
    .description("Print the SDL of each subgraph and the supergraph into schema/.")
    .option("--check", "write nothing; end with 1 when a printed file is stale")
    .action(({ check }: { check?: boolean }) => (check ? checkFresh() : write()));
}

/** What schema/ must hold: text by file name. @throws GxError with every fault when the subgraphs do not compose. */
export function printedFiles(): ReadonlyMap<string, string> {
  const services = furnishedDomains.map((name) => ({
    name,
    // Where a subgraph is found is a setting of the gateway, not a fact of the graph.
    url: `http://${name}`,
    typeDefs: subgraphDocument(name),
  }));
  const { errors, supergraphSdl } = composeServices(services);
  if (errors) {
    const faults = errors.map(({ message }) => `  ${message}`).join("\n");
    throw new GxError("SCHEMA", `the subgraphs do not compose:\n${faults}`);
  }
  return new Map([
    ...furnishedDomains.map((name) => [`${name}.graphql`, `${NOTE}${printedDocument(name)}`] as const),
    ["supergraph.graphql", `${NOTE}${supergraphSdl}\n`] as const,
  ]);
}

const fileOf = (name: string) => join(root, "schema", name);

function staleFiles(): string[] {
  return [...printedFiles()]
    .filter(([name, text]) => !existsSync(fileOf(name)) || readFileSync(fileOf(name), "utf8") !== text)
    .map(([name]) => `schema/${name}`);
}

function checkFresh(): void {
  const stale = staleFiles();
  if (stale.length === 0) return console.log("schema/ is fresh");
  throw new GxError("SCHEMA", `${stale.join(", ")} is stale; print it with: npm run gx -- schema`);
}

function write(): void {
  const stale = staleFiles();
  const printed = printedFiles();
  mkdirSync(join(root, "schema"), { recursive: true });
  for (const path of stale) writeFileSync(join(root, path), printed.get(path.slice("schema/".length)) ?? "");
  console.log(stale.length === 0 ? "schema/ is fresh" : `printed ${stale.join(", ")}`);
}
