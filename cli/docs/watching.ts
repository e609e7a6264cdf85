// The files by which Prometheus, Alertmanager and Grafana watch the system, printed from ops/.
import { labelsFile, retentionFile } from "../../ops/logging.js";
import { alertmanagerConfig } from "../../ops/routes.js";
import { rulesOf } from "../../ops/rules.js";
import { prometheusConfig, targetFiles } from "../../ops/scrape.js";
import { yaml, type Yaml } from "../../ops/yaml.js";

/** What every installation has; patroni and a Redis for the cache are not everywhere. */
const jobs = ["gateway", "subgraphs", "submitter", "projector", "postgres", "redis"];

const prometheus = (): Record<string, string> => ({
  "ops/prometheus/rules.yaml": yaml("ops/rules.ts", { groups: rulesOf({ jobs }) as unknown as Yaml }),
  "ops/prometheus/prometheus.yaml": yaml("ops/scrape.ts", prometheusConfig()),
  ...Object.fromEntries(
    Object.entries(targetFiles()).map(([name, targets]) => [
      `ops/prometheus/targets/${name}.yaml`,
      yaml("ops/scrape.ts", targets),
    ]),
  ),
  "ops/alertmanager/alertmanager.yaml": yaml("ops/routes.ts", alertmanagerConfig()),
});

const logStore = (): Record<string, string> => ({
  "ops/logging/retention.yaml": yaml("ops/logging.ts", retentionFile()),
  "ops/logging/labels.yaml": yaml("ops/logging.ts", labelsFile()),
});

/** Path → text. */
export const watchingFiles = (): Record<string, string> => ({ ...prometheus(), ...logStore() });
