// The log as operators and their store rely on it: the shape of a line, what is never in one, how much is said where.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { hidden, withoutSecrets } from "../../platform/redaction.js";
import { newLines } from "../platform/parts.js";
import { check } from "./checks.js";
import { faultsOf, leaksIn } from "./log-lines.js";
import { overlays, render } from "./manifests.js";

const token = `eyJhbGciOiJFZERTQSJ9.${"a".repeat(40)}.${"b".repeat(40)}`;
const pem = `-----BEGIN PRIVATE KEY-----\n${"MIGHAgEAMBMGByqGSM49\n".repeat(3)}-----END PRIVATE KEY-----`;
const url = "postgresql://gx:hunter2hunter2@db.example.org/gx";
const line = {
  ...{ timestamp: "2026-01-02T03:04:05.678Z", level: "INFO", service: "projector", environment: "mainnet" },
  ...{ version: "1.2.3", message: "Projecting" },
};

check("OPS-4.5", "U", "a line without a field, with a wrong one, or that is no JSON is found", () => {
  expect(faultsOf(JSON.stringify({ ...line, lag_ms: 12, traceId: "a".repeat(32) }))).toEqual([]);
  expect(faultsOf("(node:7) Warning: something")).toHaveLength(1);
  for (const name of Object.keys(line))
    expect(faultsOf(JSON.stringify({ ...line, [name]: undefined }))).toHaveLength(1);
  for (const wrong of [{ level: "info" }, { service: "graph" }, { traceId: "1" }, { block: "7" }, { lag_ms: -1 }])
    expect(faultsOf(JSON.stringify({ ...line, ...wrong }))).toHaveLength(1);
});

check("OPS-4.5", "U", "a planted leak is found, by what it is and by what it looks like", () => {
  const planted = { token, pem, url, payload: "f".repeat(64) };
  for (const [name, secret] of Object.entries(planted))
    expect(leaksIn(JSON.stringify({ ...line, detail: `at ${secret}` }), { [name]: secret })).not.toEqual([]);
  for (const secret of [token, pem, url, `Bearer ${"x".repeat(30)}`])
    expect(leaksIn(JSON.stringify({ ...line, detail: secret }), {})).toHaveLength(1);
  expect(leaksIn(JSON.stringify({ ...line, peer: "https://peer0.example.org:7051" }), planted)).toEqual([]);
});

check("OPS-4.5", "U", "secrets are taken out of a line wherever they stand in it", () => {
  const { log, lines } = newLines("trace");
  log.info(
    { a: { b: { c: { password: "hunter2hunter2", list: [token, { text: pem }] } } } },
    `Called with Bearer ${token}`,
  );
  log.error({ error: new Error(`cannot reach ${url} by ${token}`, { cause: new Error(pem) }) }, url);
  log.warn(`key ${pem}`);
  const written = lines.map((each) => JSON.stringify(each)).join("\n");
  expect(leaksIn(written, { url: "hunter2", key: "MIGHAgEAMBMGByqGSM49" })).toEqual([]);
  expect(lines).toHaveLength(3);
  expect(JSON.stringify(lines[0])).toContain('"password":"[redacted]"');
});

check("OPS-4.5", "U", "what is no secret stays as it is", () => {
  const fields = { role: "gx_admin", peer: "https://peer0.example.org:7051", block: 7, none: undefined, nothing: null };
  expect(hidden(fields)).toEqual(fields);
  expect(withoutSecrets("the bearer of bad news at redis://cache:6379")).toBe(
    "the bearer of bad news at redis://cache:6379",
  );
});

/** Section 1.1. */
const days = { "backend-devnet": "7d", "backend-testnet": "30d", "backend-mainnet": "90d" };

check(
  "OPS-4.5",
  "U",
  "the store keeps each namespace's lines as long as its environment asks, under labels of few values",
  () => {
    const { retention } = parse(readFileSync("ops/logging/retention.yaml", "utf8")) as {
      retention: { namespace: string; period: string }[];
    };
    expect(Object.fromEntries(retention.map(({ namespace, period }) => [namespace, period]))).toEqual(days);
    const { labels } = parse(readFileSync("ops/logging/labels.yaml", "utf8")) as { labels: Record<string, string> };
    expect(Object.keys(labels).sort()).toEqual(["app", "environment", "level", "namespace", "pod", "service"]);
  },
);

/** Section 1.1. */
const levels = { dev: "trace", testnet: "debug", mainnet: "info" };

check("OPS-4.5", "U", "each environment logs at the level that is its own", () => {
  for (const overlay of overlays) {
    const said = render(`k8s/overlays/${overlay}`).flatMap(({ kind, ...rest }) => {
      const { data } = rest as { data?: Record<string, string> };
      return kind === "ConfigMap" && data?.["LOG_LEVEL"] ? [data["LOG_LEVEL"]] : [];
    });
    expect([overlay, ...new Set(said)]).toEqual([overlay, levels[overlay]]);
  }
});
