// The subgraphs that exist, and the executable schema of each.
import { buildSubgraphSchema } from "@apollo/subgraph";
import type { GraphQLSchema } from "graphql";
import { catalogue, type FurnishedDomain } from "../catalogue/index.js";
import { guard, type PersonsByType } from "./access.js";
import { admin } from "./admin/resolvers.js";
import type { Resolvers } from "./entities.js";
import { governance } from "./governance/resolvers.js";
import { identity } from "./identity/resolvers.js";
import { loanpool } from "./loanpool/resolvers.js";
import { mutationResolvers } from "./mutations.js";
import { organization } from "./organization/resolvers.js";
import { scalars } from "./scalars.js";
import { subgraphDocument } from "./schema.js";
import { tax } from "./tax/resolvers.js";
import { tokenomics } from "./tokenomics/resolvers.js";

/** What a domain's folder says. */
export interface DomainGraph {
  /** Who is concerned by what, by the name of the type. */
  readonly persons: PersonsByType;
  readonly resolvers: Resolvers;
}

const graphs = { identity, admin, tokenomics, organization, loanpool, governance, tax } satisfies Record<
  FurnishedDomain,
  DomainGraph
>;

/** @throws when schema.graphql names what nothing defines, or leaves open who may see a field. */
export function executableSchema(domain: FurnishedDomain): GraphQLSchema {
  const typeDefs = subgraphDocument(domain);
  const { persons, resolvers } = graphs[domain] as DomainGraph;
  const mutations = mutationResolvers(Object.values(catalogue[domain].commands));
  const own = { ...mutations, ...(resolvers as Resolvers)["Mutation"] };
  const defined = new Set(
    typeDefs.definitions.flatMap((node) => ("name" in node && node.name ? [node.name.value] : [])),
  );
  const used = Object.entries(scalars).filter(([name]) => defined.has(name));
  const all = {
    ...Object.fromEntries(used),
    ...resolvers,
    ...(Object.keys(own).length > 0 ? { Mutation: own } : {}),
  };
  // The library's own type of resolvers is looser than ours in one place and stricter in another.
  const modules = [{ typeDefs, resolvers: all as never }];
  return guard(buildSubgraphSchema(modules), persons);
}
