// What a running network tells over HTTP: /livez, /readyz with every node, /metrics. The console and gx status ask there.
import type { Network } from "../../network/network.js";
import { readState } from "../../network/state.js";
import type { Config } from "../../platform/config.js";
import { GxError } from "../../platform/errors.js";
import { createHealth, opsRoutes } from "../../platform/health.js";
import { createMetrics } from "../../platform/metrics.js";
import { builtFrom, serveOps } from "../../platform/process.js";
import { networkFolder } from "./options.js";
import { describeNodes, type NodeStatus } from "./status.js";

/** Serves until the returned function is called. @throws GxError PORT */
export async function tellOfNetwork(config: Config, network: Pick<Network, "nodes">): Promise<() => Promise<void>> {
  const folder = networkFolder(config.home);
  const health = createHealth(config.version);
  let latest: readonly NodeStatus[] = [];
  health.check("nodes", async () => {
    latest = await describeNodes(folder, network.nodes());
    const down = latest.filter(({ state }) => state !== "running");
    if (down.length > 0)
      throw new GxError("NODE_DOWN", down.map(({ name, state }) => `${name} is ${state}`).join(", "));
  });
  const fact = (name: "line" | "channel" | "chaincode") => health.fact(name, () => readState(folder)?.[name]);
  fact("line");
  fact("channel");
  fact("chaincode");
  health.fact("nodes", () => latest);
  health.fact("memoryBytes", () => latest.reduce((sum, { memoryBytes = 0 }) => sum + memoryBytes, 0));
  health.started();
  const identity = { service: "network", environment: config.env, version: config.version };
  const metrics = createMetrics({ ...identity, ...builtFrom(config) });
  metrics.gauge("fabric_node_up", "1 while the node takes calls.", ["node"], (gauge) => {
    for (const { name, state } of latest) gauge.set({ node: name }, state === "running" ? 1 : 0);
  });
  const close = await serveOps(opsRoutes(health, metrics), config.host, config.ports.networkOps);
  return async () => {
    health.close();
    await close();
  };
}
