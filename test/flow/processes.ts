// Processes as `gx start` runs them, in the process of a suite.
import { readConfig, type Config } from "../../platform/config.js";
import { createHealth, opsRoutes } from "../../platform/health.js";
import type { ProcessMain } from "../../platform/process.js";
import type { Metrics } from "../../platform/metrics.js";
import { newLines, newMetrics, type Lines } from "../platform/parts.js";

export interface Running {
  readonly config: Config;
  readonly lines: Lines;
  readonly metrics: Metrics;
  /** Drains it; once. */
  stop(): Promise<void>;
}

export interface Processes {
  start(main: ProcessMain, settings: Readonly<Record<string, string>>, ...args: string[]): Promise<Running>;
  /** Drains all that still run, the last one first. */
  stopAll(): Promise<void>;
}

export function newProcesses(): Processes {
  const running: Running[] = [];
  return {
    start: async (main, settings, ...args) => {
      const config = readConfig({ GX_ENV: "development", GX_DRAIN_MS: "1000", ...settings });
      const health = createHealth("0");
      const [lines, metrics] = [newLines("info"), newMetrics()];
      const steps: (() => unknown)[] = [];
      let stopped: Promise<void> | undefined;
      const drain = async () => {
        for (const step of steps.reverse()) await step();
        health.close();
      };
      const process: Running = { config, lines, metrics, stop: () => (stopped ??= drain()) };
      running.push(process);
      const release = (_: string, step: () => unknown) => void steps.push(step);
      await main({ config, log: lines.log, metrics, health, ops: opsRoutes(health, metrics), release }, args);
      health.started();
      return process;
    },
    stopAll: async () => {
      for (const process of running.splice(0).reverse()) await process.stop();
    },
  };
}
