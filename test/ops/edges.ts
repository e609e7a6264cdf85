// k8s/edges.yaml read as what it promises: every connection between given places, by the labels of its parties alone.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { root } from "../../platform/config.js";
import type { Labels, Place, Port } from "./network-simulator.js";

const place = z.strictObject({
  namespace: z.string(),
  fabric: z.string(),
  "api-server": z.string(),
  "token-issuer": z.string().optional(),
});
const party = z.union([
  z.strictObject({ namespace: z.string().optional(), pods: z.record(z.string(), z.string()) }),
  z.strictObject({ address: z.enum(["api-server", "token-issuer"]) }),
]);
const edge = z.strictObject({
  row: z.union([z.number(), z.literal("dns")]),
  from: z.string(),
  to: z.string(),
  ports: z.array(z.union([z.number(), z.string()])),
  in: z.array(z.string()).optional(),
});
const table = z.strictObject({
  places: z.record(z.string(), place),
  parties: z.record(z.string(), party),
  edges: z.array(edge),
});
export type Edges = z.output<typeof table>;
type Edge = z.output<typeof edge>;
type Where = z.output<typeof place>;

export const readEdges = (): Edges => table.parse(parse(readFileSync(join(root, "k8s", "edges.yaml"), "utf8")));

/** A connection as tests name it. */
export const connection = (from: Place, to: Place, { number, protocol }: Pick<Port, "number" | "protocol">): string =>
  `${from.name} -> ${to.name} : ${number}/${protocol}`;

/** Every connection that the table allows among the places. */
export function promised(edges: Edges, places: readonly Place[]): Set<string> {
  const all = Object.entries(edges.places).flatMap(([overlay, where]) =>
    edges.edges
      .filter((each) => each.in === undefined || each.in.includes(overlay))
      .flatMap((each) => connections(edges, each, where, places)),
  );
  return new Set(all);
}

function connections(edges: Edges, { from, to, ports }: Edge, where: Where, places: readonly Place[]): string[] {
  const ends = (name: string) => places.filter((each) => isOf(edges, name, where, each));
  return ends(from).flatMap((one) =>
    ends(to).flatMap((other) =>
      ports.flatMap((port) => portsOf(port, other).map((each) => connection(one, other, each))),
    ),
  );
}

function isOf(edges: Edges, name: string, where: Where, { namespace, labels, address }: Place): boolean {
  const found = edges.parties[name];
  if (!found) throw new Error(`k8s/edges.yaml names no party ${name}`);
  if ("address" in found) return address !== undefined && address === where[found.address];
  const wanted = found.namespace === "fabric of the overlay" ? where.fabric : (found.namespace ?? where.namespace);
  return namespace?.name === wanted && has(labels, found.pods);
}

const has = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

function portsOf(port: number | string, to: Place): Pick<Port, "number" | "protocol">[] {
  const [, number, protocol = "TCP"] = /^(\d+)(?:\/(TCP|UDP))?$/.exec(String(port)) ?? [];
  if (number !== undefined) return [{ number: Number(number), protocol }];
  return to.ports.filter(({ name }) => name === port);
}
