// Where people get in once everything is ready: the lines that a start ends with, for the parts that run.
import type { Config } from "../../platform/config.js";
import { consoleAddress } from "../../platform/console-key.js";

/** The console's address holds a new key. Programs look for the line that begins with `GX gateway`. */
export function entranceLines(config: Config): string[] {
  const { home, ports } = config;
  const at = (path: string) => `http://127.0.0.1:${ports.gateway}${path}`;
  return [
    `GX gateway   ${at("/graphql")}`,
    ...(config.console
      ? [
          `Console      ${consoleAddress(home, ports.gateway)}  (status, commands live, links, development tokens; the key works once)`,
        ]
      : []),
    ...(config.explorer
      ? [`Explorer     ${at("/explorer")}  (works offline)   Apollo Sandbox  ${at("/sandbox")} (needs the internet)`]
      : []),
    `Queues       ${at("/board")}`,
  ];
}
