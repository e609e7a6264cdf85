// gx schema: prints the SDL of each subgraph, the composed supergraph and the types of the client, or checks that they are fresh.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { composeServices } from "@apollo/composition";
import type { Command } from "commander";
import { furnishedDomains } from "../catalogue/index.js";
import { refusals } from "../catalogue/refusals.js";
import { root } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { httpStatuses } from "../platform/web.js";
import { printedDocument, subgraphDocument } from "../subgraphs/schema.js";
import { printClientTypes } from "./client-types.js";

const NOTE = "# Printed by `gx schema` from catalogue/ and subgraphs/*/schema.graphql. Never edited by hand.\n";

export function register(program: Command): void {
  program
    .command("schema")
    .description("Print the SDL of each subgraph and the supergraph into schema/, and the types of the client.")
    .option("--check", "write nothing; end with 1 when a printed file is stale")
    .action(({ check }: { check?: boolean }) => (check ? checkFresh() : write()));
}

/** What printed files must hold: text by path. @throws GxError with every fault when the subgraphs do not compose. */
export function printedFiles(): ReadonlyMap<string, string> {
  const services = furnishedDomains.map((name) => ({
    name,
    // Where a subgraph is found is a setting of the gateway, not a fact of the graph.
    url: `http://${name}`,
    typeDefs: subgraphDocument(name),
  }));
  const { errors, schema, supergraphSdl } = composeServices(services);
  if (errors) {
    const faults = errors.map(({ message }) => `  ${message}`).join("\n");
    throw new GxError("SCHEMA", `the subgraphs do not compose:\n${faults}`);
  }
  const sentences = Object.entries(refusals).map(([code, { sentence }]) => [code, sentence] as const);
  const types = printClientTypes({
    schema: schema.toAPISchema().toGraphQLJSSchema(),
    refusals: Object.fromEntries(sentences),
    errors: Object.keys(httpStatuses),
  });
  return new Map([
    ...furnishedDomains.map((name) => [`schema/${name}.graphql`, `${NOTE}${printedDocument(name)}`] as const),
    ["schema/supergraph.graphql", `${NOTE}${supergraphSdl}\n`] as const,
    ["client/src/graph.ts", types] as const,
  ]);
}

function staleFiles(): string[] {
  const holds = (path: string, text: string) => existsSync(path) && readFileSync(path, "utf8") === text;
  return [...printedFiles()].filter(([path, text]) => !holds(join(root, path), text)).map(([path]) => path);
}

function checkFresh(): void {
  const stale = staleFiles();
  if (stale.length === 0) return console.log("every printed file of the graph is fresh");
  throw new GxError("SCHEMA", `${stale.join(", ")} is stale; print it with: npm run gx -- schema`);
}

function write(): void {
  const stale = staleFiles();
  const printed = printedFiles();
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), printed.get(path) ?? "");
  }
  console.log(stale.length === 0 ? "every printed file of the graph is fresh" : `printed ${stale.join(", ")}`);
}
