// The operations that clients send by a text of ours, schema/operations: known before anybody asks, and by name in the metrics.
// Never takes a name from a caller: a name is a series of its own.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface KnownDocument {
  readonly name: string;
  readonly text: string;
}

export const knownFolder = (root: string): string => join(root, "schema", "operations");

/** The documents of a folder, by file name. */
export function knownDocuments(folder: string): readonly KnownDocument[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".graphql"));
  return names.sort().map((name) => ({ name, text: readFileSync(join(folder, name), "utf8").trim() }));
}

const stem = (name: string): string => name.replace(/\.graphql$/, "");

/** Name of the known document with this text. */
export function nameByText(known: readonly KnownDocument[]): (text: string) => string | undefined {
  const names = new Map(known.map(({ name, text }) => [text, stem(name)]));
  return (text) => names.get(text);
}

const OPERATION = /^(?:query|mutation|subscription) (\w+)/m;

/** The same by the name that a query plan gives a part of an operation: `Send__tokenomics__0` is of the known `Send`. */
export function nameByPart(known: readonly KnownDocument[]): (operationName: string) => string | undefined {
  const names = new Map(
    known.flatMap(({ name, text }) => {
      const operation = OPERATION.exec(text)?.[1];
      return operation === undefined ? [] : [[operation, stem(name)] as const];
    }),
  );
  return (operationName) => names.get(operationName.split("__", 1)[0] ?? "");
}
