// The panels of the dashboards as they are shipped: what each asks of Prometheus.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../platform/config.js";

export interface PanelQuery {
  /** "gx-cqrs: Queue depth" */
  readonly of: string;
  readonly query: string;
}

interface Shipped {
  readonly uid: string;
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

/** Whatever a reader may choose, all of it is chosen. */
export function panelQueries(folder = join(root, "ops", "dashboards")): readonly PanelQuery[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Shipped;
    return panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({
        of: `${file.replace(/\.json$/, "")}: ${title}`,
        query: expr.replaceAll(/\$(?:\{\w+\}|\w+)/g, ".*"),
      })),
    );
  });
}
