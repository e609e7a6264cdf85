// The name by which a process shows itself in logs and metrics: that of the Deployment that runs it.
import type { ProcessName } from "./settings.js";

/** `args` as `gx start` got them: one domain or one role is a Deployment of its own. */
export function serviceName(name: ProcessName, args: readonly string[]): string {
  const [only] = args;
  if (only === undefined || args.length > 1) return name;
  if (name === "subgraphs") return `subgraph-${only}`;
  return name === "submitter" ? `submitter-${only.replace(/^gx_/, "").replaceAll("_", "-")}` : name;
}
