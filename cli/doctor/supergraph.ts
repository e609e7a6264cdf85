// Whether the file that the gateway serves is a supergraph. Asks no subgraph.
import { readFileSync } from "node:fs";
import { Supergraph } from "@apollo/federation-internals";
import type { Config } from "../../platform/config.js";
import { messageOf } from "../../platform/errors.js";
import { found, lacking, type Finding } from "./finding.js";

export function supergraph({ supergraph: file }: Config): Finding {
  const subject = { what: "SUPERGRAPH", for: "gateway" };
  try {
    const composed = Supergraph.build(readFileSync(file, "utf8"), { validateSupergraph: true });
    const names = [...composed.subgraphsMetadata()].map(({ name }) => name);
    return found(subject, `composed of ${names.join(", ")}`);
  } catch (error) {
    const mend = "write it anew: npm run gx -- schema; or let SUPERGRAPH name another file";
    return lacking(subject, `${file}: ${messageOf(error)}`, mend);
  }
}
