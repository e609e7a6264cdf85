// The files by which Prometheus, Alertmanager and Grafana watch the system, printed from ops/.
import {
  component,
  dashboardFiles,
  dashboardMap,
  kustomization,
  overlayRules,
  podMonitors,
  prometheusRule,
} from "../../ops/kubernetes.js";
import { labelsFile, retentionFile } from "../../ops/logging.js";
import { alertmanagerConfig } from "../../ops/routes.js";
import { rulesOf } from "../../ops/rules.js";
import { prometheusConfig, targetFiles } from "../../ops/scrape.js";
import { monitoringPage } from "./monitoring.js";
import { yaml, type Yaml } from "../../ops/yaml.js";

type Files = Record<string, string>;

/** What every installation has; patroni and a Redis for the cache are not everywhere. */
const jobs = ["gateway", "subgraphs", "submitter", "projector", "postgres", "redis"];

const inFolder = (folder: string, files: Readonly<Record<string, string>>): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

const prometheus = (): Files => ({
  "rules.yaml": yaml("ops/rules.ts", { groups: rulesOf({ jobs }) as unknown as Yaml }),
  "prometheus.yaml": yaml("ops/scrape.ts", prometheusConfig()),
  ...Object.fromEntries(
    Object.entries(targetFiles()).map(([name, targets]) => [`targets/${name}.yaml`, yaml("ops/scrape.ts", targets)]),
  ),
});

const dashboards = (): Files => ({
  "kustomization.yaml": yaml("ops/kubernetes.ts", kustomization(["grafana-dashboards.yaml"])),
  "grafana-dashboards.yaml": yaml("ops/dashboards.ts", dashboardMap()),
});

/** The monitors are the same everywhere; rules name their namespace, so that each overlay has its own. */
const operator = (): Files => ({
  "monitors/kustomization.yaml": yaml("ops/kubernetes.ts", component(["monitors.yaml"])),
  "monitors/monitors.yaml": yaml("ops/scrape.ts", ...podMonitors()),
  ...Object.fromEntries(
    Object.entries(overlayRules).flatMap(([overlay, options]) => [
      [`${overlay}/kustomization.yaml`, yaml("ops/kubernetes.ts", component(["rules.yaml"], ["../monitors"]))],
      [`${overlay}/rules.yaml`, yaml("ops/rules.ts", prometheusRule(options))],
    ]),
  ),
});

const logStore = (): Files => ({
  "retention.yaml": yaml("ops/logging.ts", retentionFile()),
  "labels.yaml": yaml("ops/logging.ts", labelsFile()),
});

/** Path → text. */
export const watchingFiles = (): Files => ({
  ...inFolder("ops/prometheus", prometheus()),
  "ops/alertmanager/alertmanager.yaml": yaml("ops/routes.ts", alertmanagerConfig()),
  ...inFolder("ops/logging", logStore()),
  ...inFolder("ops/dashboards", dashboardFiles()),
  ...monitoringPage(),
  ...inFolder("k8s/base/monitoring", dashboards()),
  ...inFolder("k8s/components/monitoring-operator", operator()),
});
