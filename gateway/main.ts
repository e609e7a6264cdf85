// The process of the gateway: the supergraph over HTTP. Ready when every subgraph has answered once, and one answers now.
import { furnishedDomains } from "../catalogue/index.js";
import { domainNames } from "../catalogue/language.js";
import { tokenRoles } from "../catalogue/roles.js";
import { openAuthentication } from "../platform/auth.js";
import { keepFiguresHome, type Config } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { knownDocuments, knownFolder, nameByText } from "../platform/known-documents.js";
import { operationFigures } from "../platform/operations.js";
import { pause } from "../platform/pause.js";
import type { ProcessContext } from "../platform/process.js";
import { openStatements } from "../platform/statement.js";
import { listen, settle, webMetrics } from "../platform/web.js";
import { openConnections } from "./connections.js";
import { newDocuments } from "./documents.js";
import { serveSupergraph, type Served } from "./reload.js";
import { newGateway } from "./server.js";
import { readSupergraph } from "./supergraph.js";
import { rememberTokens } from "./tokens.js";
import { warm } from "./warm.js";
import { probe, subgraphSeconds, type SubgraphAddress, type SubgraphPorts } from "./subgraph.js";

/** A subgraph that says nothing for so long does not answer. */
const PROBE_MS = 2_000;

export async function main(context: ProcessContext): Promise<void> {
  const { config, log, metrics, release } = context;
  keepFiguresHome();
  const dispatcher = openConnections(config);
  release("connections to subgraphs", () => dispatcher.close());
  const statements = await openStatements(config);
  const ports = { dispatcher, statements, log, seconds: subgraphSeconds(metrics) };
  const addresses = addressesOf(config);
  const served = await openSupergraph(context, ports, addresses);
  release("supergraph", () => served.close());
  const server = await newGateway(context, {
    documents: served.now,
    authenticate: rememberTokens(await openAuthentication(config, tokenRoles)),
    metrics: webMetrics(context),
    rejected: metrics.counter("gateway_rejected_total", "Requests turned away.", ["reason"]),
    operations: operationFigures(metrics, nameByText(knownDocuments(knownFolder(config.root)))),
    subscriptions: metrics.gauge("gateway_subscriptions", "Open subscriptions.", ["kind"]),
  });
  metrics.gauge("gx_read_only", "1 when mutations are refused.").set(config.readOnly ? 1 : 0);
  release("gateway", () => server.close());
  await watchSubgraphs(context, ports, addresses);
  await listen(server.app, config.host, config.ports.gateway, "GATEWAY_PORT");
  release("callers", () => settle([server.app], config.settleMs));
}

/** Where each subgraph is: as given, else its port on this host. @throws GxError SETTINGS when one is left out. */
export function addressesOf({ subgraphUrls, host, ports }: Config): readonly SubgraphAddress[] {
  return furnishedDomains.map((domain) => {
    const own = `http://${host}:${ports.subgraphs + domainNames.indexOf(domain)}/graphql`;
    const url = subgraphUrls ? subgraphUrls[domain] : own;
    if (url === undefined) throw new GxError("SETTINGS", `SUBGRAPH_URLS: names no address for ${domain}`);
    return { domain, url };
  });
}

/** Serves the supergraph of the file that the settings name, and each good one that it holds later. */
export function openSupergraph(
  { config, log }: Pick<ProcessContext, "config" | "log">,
  ports: SubgraphPorts,
  addresses: readonly SubgraphAddress[],
): Promise<Served> {
  const { root, env, limits, supergraph: file } = config;
  const known = knownDocuments(knownFolder(root));
  return serveSupergraph({
    ...{ file, log },
    read: (sdl) =>
      newDocuments(readSupergraph(sdl, ports, addresses), { limits, introspection: env === "development" }),
    warm: (documents, before) => warm({ known, log }, documents, before),
  });
}

async function watchSubgraphs(
  { health, metrics }: ProcessContext,
  ports: SubgraphPorts,
  addresses: readonly SubgraphAddress[],
): Promise<void> {
  const up = metrics.gauge("gateway_subgraph_up", "1 when the subgraph answers.", ["domain"]);
  const states = new Map<string, boolean>();
  const answered = new Set<string>();
  const look = async (address: SubgraphAddress) => {
    const { domain } = address;
    const ok = await answersInTime(probe(ports, address));
    states.set(domain, ok);
    if (ok) answered.add(domain);
    up.set({ domain }, ok ? 1 : 0);
  };
  health.fact("subgraphs", () => Object.fromEntries(states));
  health.check("subgraphs", async () => {
    await Promise.all(addresses.map(look));
    const missing = addresses.filter(({ domain }) => !answered.has(domain)).map(({ domain }) => domain);
    if (missing.length > 0) throw new Error(`${missing.join(", ")} did not answer yet`);
    if (![...states.values()].some(Boolean)) throw new Error("none answers");
  });
}

/** One that hangs must not hide that the others answer. */
async function answersInTime(answer: Promise<void>): Promise<boolean> {
  const answered = new AbortController();
  const ok = answer.then(
    () => true,
    () => false,
  );
  const late = pause(PROBE_MS, answered.signal).then(() => false);
  return Promise.race([ok, late]).finally(() => answered.abort());
}
