// Every metric that an alert, a panel or a page names is one that somebody exposes: as the files are that are shipped.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { check } from "./checks.js";
import { ownerOf } from "./metrics.js";
import { metricsIn } from "./promql.js";

interface Rule {
  readonly record?: string;
  readonly expr: string;
}
const rules = () =>
  (parse(readFileSync("ops/prometheus/rules.yaml", "utf8")) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    (group) => group.rules,
  );

/** Whatever stands under the key `expr`, however deep. */
function expressionsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "expr" && typeof item === "string" ? [item] : expressionsIn(item),
  );
}

const filesOf = (folder: string, end: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .map((name) => join(folder, name));
const panels = () =>
  filesOf("ops/dashboards", ".json").flatMap((file) => expressionsIn(JSON.parse(readFileSync(file, "utf8"))));

/** Words of code that look like a metric, by how they begin; pg_ begins what PostgreSQL itself offers, too. */
const LIKE_A_METRIC =
  /(?<![:\w])(?:outbox|projector|gateway|command|graphql|http|cache|read|queue|fabric|patroni|redis|kube|container|kubelet|nodejs|gx)_[a-z0-9_]+(?!:)\b/g;
/** Roles of the ledger and of the database, a database, an image and such, that begin alike. */
const OTHERWISE =
  /^(?:gx_(?:super_admin|admin|partner_api|role|protocol|chaincode|data|owner|api|submitter|projector|migrate|monitor|backup)|read_only|command_id)$|_$/;
const wordsOf = (page: string) =>
  [...page.matchAll(/```[^]*?```|`[^`\n]+`/g)]
    .flatMap(([code]) => [...code.matchAll(LIKE_A_METRIC)].map(([word]) => word))
    .filter((word) => !OTHERWISE.test(word));

const unknownOf = (names: readonly string[]): string[] => {
  const recorded = rules().map(({ record }) => record);
  return [...new Set(names)].filter((name) => !recorded.includes(name) && ownerOf(name) === undefined);
};

check(
  "OPS-4.2",
  "U",
  "every name in a rule is a metric of ours, of an exporter or of the platform, or recorded",
  () => {
    const expressions = rules().map(({ expr }) => expr);
    expect(expressions.length).toBeGreaterThan(30);
    expect(unknownOf(expressions.flatMap(metricsIn))).toEqual([]);
    expect(unknownOf(metricsIn('sum(rate(outbox_submiter_up{role="x"}[5m])) > 0'))).toEqual(["outbox_submiter_up"]);
  },
);

check("OPS-4.2", "U", "every name in a panel is one of these", () => {
  const expressions = panels();
  expect(expressions.length).toBeGreaterThan(30);
  expect(unknownOf(expressions.flatMap(metricsIn))).toEqual([]);
});

check("OPS-4.2", "U", "every name on a page for operators is one of these", () => {
  const words = filesOf("docs/operations", ".md").map((file) => [file, wordsOf(readFileSync(file, "utf8"))] as const);
  expect(words.flatMap(([, found]) => found).length).toBeGreaterThan(10);
  for (const [file, found] of words) expect([file, ...unknownOf(found)]).toEqual([file]);
  expect(unknownOf(wordsOf("look at `projector_lag_seconds`"))).toEqual(["projector_lag_seconds"]);
});
