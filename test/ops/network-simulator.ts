// Which connections network policies allow between pods, by the rules of Kubernetes: whoever is selected by no policy of a
// direction is open in it, else one rule must match; a connection needs egress and ingress. Knows no pod of ours.
import { z } from "zod";

export type Labels = Readonly<Record<string, string>>;

export interface Port {
  readonly name?: string | undefined;
  readonly number: number;
  readonly protocol: string;
}

/** One end of a connection: a pod of a namespace, or an address outside the cluster. */
export interface Place {
  readonly name: string;
  readonly labels: Labels;
  readonly ports: readonly Port[];
  /** None: outside the cluster, where no policy is. */
  readonly namespace?: { readonly name: string; readonly labels: Labels };
  readonly address?: string;
}

const selector = z.strictObject({ matchLabels: z.record(z.string(), z.string()).default({}) });
const peer = z.strictObject({
  podSelector: selector.optional(),
  namespaceSelector: selector.optional(),
  ipBlock: z.strictObject({ cidr: z.string().regex(/^\d+\.\d+\.\d+\.\d+\/\d+$/) }).optional(),
});
const rulePort = z.strictObject({
  port: z.union([z.number(), z.string()]).optional(),
  endPort: z.number().optional(),
  protocol: z.string().default("TCP"),
});
const rulePorts = z.array(rulePort).default([]);
const policySchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.array(z.enum(["Ingress", "Egress"])),
    ingress: z.array(z.strictObject({ from: z.array(peer).default([]), ports: rulePorts })).default([]),
    egress: z.array(z.strictObject({ to: z.array(peer).default([]), ports: rulePorts })).default([]),
  }),
});
type Peer = z.output<typeof peer>;
type Policy = z.output<typeof policySchema>;

/** @throws ZodError when a policy says something that this simulator does not know. */
export const policyOf = (object: unknown): Policy => policySchema.parse(object);

interface Rule {
  readonly peers: readonly Peer[];
  readonly ports: readonly z.output<typeof rulePort>[];
  /** Of the policy: a pod selector alone means its namespace. */
  readonly namespace: string;
}

/** Undefined: open. */
function rulesOn(policies: readonly Policy[], place: Place, direction: "Ingress" | "Egress"): Rule[] | undefined {
  const holding = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === place.namespace?.name &&
      spec.policyTypes.includes(direction) &&
      selects(spec.podSelector, place.labels),
  );
  if (holding.length === 0) return undefined;
  return holding.flatMap(({ metadata: { namespace }, spec }) =>
    direction === "Ingress"
      ? spec.ingress.map(({ from, ports }) => ({ peers: from, ports, namespace }))
      : spec.egress.map(({ to, ports }) => ({ peers: to, ports, namespace })),
  );
}

const selects = ({ matchLabels }: z.output<typeof selector>, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([name, value]) => labels[name] === value);

function reaches({ podSelector, namespaceSelector, ipBlock }: Peer, own: string, place: Place): boolean {
  if (ipBlock) return place.address !== undefined && isWithin(place.address, ipBlock.cidr);
  if (!place.namespace) return false;
  const inNamespace = namespaceSelector
    ? selects(namespaceSelector, place.namespace.labels)
    : place.namespace.name === own;
  return inNamespace && (!podSelector || selects(podSelector, place.labels));
}

const bits = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

function isWithin(address: string, cidr: string): boolean {
  const [network = "", length = "32"] = cidr.split("/");
  const size = 2 ** (32 - Number(length));
  return Math.floor(bits(address) / size) === Math.floor(bits(network) / size);
}

/** A name is that of a port of the pod that is connected to. */
function allowsPort({ ports }: Rule, to: Place, { number, protocol }: Port): boolean {
  if (ports.length === 0) return true;
  return ports.some((rule) => {
    if (rule.protocol !== protocol) return false;
    if (rule.port === undefined) return true;
    if (typeof rule.port === "number") return number >= rule.port && number <= (rule.endPort ?? rule.port);
    return to.ports.some((own) => own.name === rule.port && own.number === number && own.protocol === protocol);
  });
}

/** Tells whether `from` may connect to a port of `to`. */
export function simulator(policies: readonly Policy[]) {
  const known = new Map<string, Rule[] | undefined>();
  const rules = (place: Place, direction: "Ingress" | "Egress") => {
    const key = `${direction} ${place.namespace?.name} ${place.name}`;
    if (!known.has(key)) known.set(key, rulesOn(policies, place, direction));
    return known.get(key);
  };
  const passes = (list: Rule[] | undefined, other: Place, to: Place, port: Port) =>
    list === undefined ||
    list.some(
      (rule) =>
        (rule.peers.length === 0 || rule.peers.some((each) => reaches(each, rule.namespace, other))) &&
        allowsPort(rule, to, port),
    );
  return (from: Place, to: Place, port: Port): boolean =>
    passes(rules(from, "Egress"), to, to, port) && passes(rules(to, "Ingress"), from, to, port);
}
