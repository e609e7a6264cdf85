// Plans made before anybody asks: of the operations in schema/operations, and of what callers asked of the supergraph before.
// Never holds up the answers of others for longer than one plan takes.
import { setImmediate as turn } from "node:timers/promises";
import { GraphQLError } from "graphql";
import type { KnownDocument } from "../platform/known-documents.js";
import type { Logger } from "../platform/log.js";
import type { Documents } from "./documents.js";

/** Most recent documents of the supergraph before that are planned again. */
const RECENT = 200;

/** Plans all operations of all documents; says of a known one that does not fit the supergraph. */
export async function warm(
  { known, log }: { readonly known: readonly KnownDocument[]; readonly log: Logger },
  documents: Documents,
  before?: Documents,
): Promise<void> {
  for (const { name, text } of known) {
    const faults = plan(documents, text);
    if (faults.length > 0) log.warn({ document: name, reason: faults.join("; ") }, "Known operation not planned");
    await turn();
  }
  for (const text of before?.recent(RECENT) ?? []) {
    plan(documents, text);
    await turn();
  }
}

/** Plans the operations of a document, and says what is wrong with it. */
function plan(documents: Documents, text: string): readonly string[] {
  const document = documents.read(text);
  if ("errors" in document) return document.errors.map(({ message }) => message);
  return document.names.flatMap((name) => {
    const operation = document.operation(name);
    if (operation instanceof GraphQLError) return [operation.message];
    if (operation.node.operation !== "subscription") operation.plan();
    return [];
  });
}
