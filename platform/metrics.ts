// The Prometheus registry of one process, with the common labels and typed factories.
// Never wait for anything outside the process while metrics are read.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export type { Counter, Gauge, Histogram } from "prom-client";

/** Upper bounds in seconds: of requests, of the pipeline from acceptance to visibility, of one block. */
export const buckets = {
  request: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  pipeline: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
  block: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
} as const;

export interface Metrics {
  counter<const L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  /** `read` is asked at every scrape: it must be cheap and answer at once. */
  gauge<const L extends string = never>(
    name: string,
    help: string,
    labels?: readonly L[],
    read?: (gauge: Gauge<L>) => void,
  ): Gauge<L>;
  /** `bounds` ascending, in the unit of the metric. */
  histogram<const L extends string = never>(
    name: string,
    help: string,
    bounds: readonly number[],
    labels?: readonly L[],
  ): Histogram<L>;
  /** Prometheus text format. */
  text(): Promise<string>;
  contentType: string;
}

export interface MetricsOptions {
  service: string;
  environment: string;
  version: string;
  /** Hash of the sources that were built. */
  digest: string;
  /** Hash of the catalogue. */
  catalogue: string;
}

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ environment: options.environment, service: options.service });
  const registers = [registry];
  const metrics: Metrics = {
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: [...labels], registers }),
    gauge: (name, help, labels = [], read) =>
      new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers,
        collect() {
          read?.(this);
        },
      }),
    histogram: (name, help, bounds, labels = []) =>
      new Histogram({ name, help, buckets: [...bounds], labelNames: [...labels], registers }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
  measureProcess(registry, metrics, options);
  return metrics;
}

function measureProcess(registry: Registry, metrics: Metrics, { version, digest, catalogue }: MetricsOptions): void {
  collectDefaultMetrics({ register: registry });
  for (const { name } of registry.getMetricsAsArray()) {
    if (!name.startsWith("process_")) registry.removeSingleMetric(name);
  }
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  metrics.gauge("nodejs_eventloop_lag_p99_seconds", "99th percentile of the event loop's delay.", [], (gauge) => {
    gauge.set(delay.percentile(99) / 1e9);
    delay.reset();
  });
  metrics
    .gauge("gx_build_info", "What is running; always 1.", ["version", "digest", "catalogue"])
    .set({ version, digest, catalogue }, 1);
}
