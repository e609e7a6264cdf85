// A generator for every command of the catalogue: a missing one does not compile.
import { commands, type Catalogue, type FurnishedDomain } from "../../../catalogue/index.js";
import { admin } from "./admin.js";
import type { Generator, Generators } from "./generator.js";
import { governance } from "./governance.js";
import { identity } from "./identity.js";
import { loanpool } from "./loanpool.js";
import { organization } from "./organization.js";
import { tax } from "./tax.js";
import { tokenomics } from "./tokenomics.js";

export const generators: {
  readonly [D in FurnishedDomain]: Generators<keyof Catalogue[D]["commands"] & string>;
} = { identity, admin, tokenomics, organization, loanpool, governance, tax };

const byName = new Map<string, Generator>(
  commands.flatMap(({ name, domain, mutation }) => {
    const generator = (generators[domain] as Readonly<Record<string, Generator>>)[mutation];
    return generator ? [[name, generator] as const] : [];
  }),
);

/** @throws where the catalogue has no such command */
export function generatorOf(name: string): Generator {
  const found = byName.get(name);
  if (!found) throw new Error(`${name} has no generator`);
  return found;
}
