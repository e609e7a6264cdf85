// docs/operations/monitoring.md tells every metric, in the words by which processes are judged.
import { readFileSync } from "node:fs";
import { check } from "./checks.js";
import { extras, metrics, type Metric } from "./metrics.js";

const page = readFileSync("docs/operations/monitoring.md", "utf8");
const rowOf = ({ name, type, labels, bounds, unit, in: exposing, means }: Metric): string =>
  `| ${[`\`${name}\``, bounds ? `${type} ${bounds}` : type, labels.join(", "), unit, exposing.join(", "), means].join(" | ")} |`;

describe("the page of monitoring", () => {
  check(
    "OPS-4.1",
    "U",
    "has a line for every metric of ours, with its type, labels, unit and meaning, and no other",
    () => {
      const told = page.split("\n").filter((line) => /^\| `[a-z0-9_]+` \| (counter|gauge|histogram)/.test(line));
      expect(told).toEqual([...metrics, ...extras].map(rowOf));
    },
  );
});
