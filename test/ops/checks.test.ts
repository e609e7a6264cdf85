// The checks of operations say what they are, are counted, printed and complete.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  checksIn,
  checksPage,
  declaredChecks,
  keptResults,
  lastResult,
  withoutCheck,
  type Kept,
} from "../../cli/docs/checks.js";
import { whyNot } from "./programs.js";
import { keepChecks, opsLines } from "./results.mjs";

const root = process.cwd();
const declared = declaredChecks(root);

describe("the checks of operations", () => {
  it("are there for every id that the specification asks for at levels U and P", () => {
    expect(withoutCheck(declared).filter((one) => /[UP]$/.test(one))).toEqual([]);
    // The list bites: without its checks an id is named, at each level that asks for it.
    const without = declared.filter(({ id, level }) => id !== "OPS-5.1" || level !== "P");
    expect(withoutCheck(without)).toEqual(expect.arrayContaining(["OPS-5.1 P"]));
    expect(withoutCheck(declared)).not.toContain("OPS-5.1 P");
  });

  it("stand on the page of the checks with what they came to", () => {
    const page = checksPage(declared, keptResults(root));
    expect(readFileSync("docs/operations/checks.md", "utf8")).toBe(page);
  });

  it("of levels U and P run in npm test", () => {
    const apart = declared.filter(({ level, file }) => "UP".includes(level) && file.startsWith("test/ops/cluster/"));
    expect(apart).toEqual([]);
  });
});

describe("a check", () => {
  const source = `
  check("OPS-2.2", "U", "each pod has a probe", () => undefined);
  for (const overlay of overlays)
    checkWith({ needs: ["promtool"], timeoutMs: 5 }, "OPS-1.1", "P", \`overlay \${overlay.name} renders\`, () => undefined);
  checkWith(
    { needs: ["etcd"] },
    "OPS-9.9",
    "K",
    "it says \\"yes\\"",
    () => undefined,
  );`;
  const found = checksIn("test/ops/some.test.ts", source);

  it("is read from its call, with a gap where its tests differ", () => {
    expect(found.map(({ id, level, sentence }) => [id, level, sentence])).toEqual([
      ["OPS-2.2", "U", "each pod has a probe"],
      ["OPS-1.1", "P", "overlay <name> renders"],
      ["OPS-9.9", "K", 'it says "yes"'],
    ]);
  });

  it("is refused by the page when its call does not say id, level and sentence", () => {
    expect(() => checksIn("test/ops/some.test.ts", "  check(id, level, sentence, run);")).toThrow(
      "test/ops/some.test.ts: 1 calls of check, of which 0 say id, level and sentence in the call.",
    );
  });

  const kept: Kept = {
    "test/ops/some.test.ts": {
      on: "2026-01-31",
      tests: {
        "OPS-2.2 U: each pod has a probe": "passed",
        "OPS-1.1 P: overlay dev renders": "passed",
        "OPS-1.1 P: overlay mainnet renders": "failed",
        'SKIPPED: OPS-9.9 K: etcd is not on PATH (it says "yes")': "skipped",
      },
    },
  };
  it("has the worst result of its tests, and the reason why it was skipped", () => {
    expect(found.map((one) => lastResult(one, kept))).toEqual([
      "passed, 2026-01-31",
      "failed, 2026-01-31",
      "skipped, 2026-01-31: etcd is not on PATH",
    ]);
    expect(found.map((one) => lastResult(one, {}))).toEqual(["not kept yet", "not kept yet", "not kept yet"]);
  });

  it("names each program that it misses and what brings it", () => {
    const path = process.env["PATH"];
    try {
      process.env["PATH"] = "/nowhere";
      expect(whyNot(["promtool"])).toBe("promtool is not on PATH; on Debian: apt-get install prometheus");
    } finally {
      process.env["PATH"] = path;
    }
    expect(whyNot([])).toBeUndefined();
  });
});

describe("the end of a run", () => {
  const tests = [
    { title: "OPS-2.2 U: each pod has a probe", status: "passed" },
    { title: "OPS-2.2 U: each pod has limits", status: "failed" },
    { title: "OPS-2.4 U: edges are as listed", status: "passed" },
    { title: "SKIPPED: OPS-5.1 P: promtool is not on PATH (rules fire)", status: "pending" },
    { title: "another test", status: "passed" },
  ];

  it("counts checks and ids by level", () => {
    expect(opsLines(tests)).toEqual([
      "OPS U: 3 checks of 2 ids: 2 passed, 1 failed, 0 skipped",
      "OPS P: 1 checks of 1 ids: 0 passed, 0 failed, 1 skipped",
    ]);
  });

  it("keeps what a check came to that this run left out", () => {
    const path = join(mkdtempSync(join(process.env["GX_TEST_RUN"] ?? "/tmp", "checks-")), "checks.json");
    const before = {
      on: "2026-01-31",
      tests: { "OPS-2.2 U: each pod has a probe": "failed", "OPS-2.4 U: gone": "passed" },
    };
    writeFileSync(path, JSON.stringify({ "test/ops/some.test.ts": before }));
    const [first, ...others] = tests;
    const run = [{ title: first?.title ?? "", status: "pending" }, ...others];
    keepChecks([{ testFilePath: join(root, "test/ops/some.test.ts"), testResults: run }], path);
    const kept = JSON.parse(readFileSync(path, "utf8")) as Kept;
    expect(kept["test/ops/some.test.ts"]?.tests["OPS-2.2 U: each pod has a probe"]).toBe("failed");
    expect(kept["test/ops/some.test.ts"]?.tests).not.toHaveProperty("OPS-2.4 U: gone");
  });

  it("keeps the results of the files that ran, and what is known of others", () => {
    const path = join(mkdtempSync(join(process.env["GX_TEST_RUN"] ?? "/tmp", "checks-")), "checks.json");
    const other = { on: "2026-01-31", tests: { "OPS-1.1 U: it renders": "passed" } };
    writeFileSync(path, JSON.stringify({ "test/ops/other.test.ts": other, "test/ops/some.test.ts": other }));
    keepChecks([{ testFilePath: join(root, "test/ops/some.test.ts"), testResults: tests }], path);
    const kept = JSON.parse(readFileSync(path, "utf8")) as Kept;
    expect(kept["test/ops/other.test.ts"]).toEqual(other);
    expect(kept["test/ops/some.test.ts"]?.tests).toEqual({
      "OPS-2.2 U: each pod has a probe": "passed",
      "OPS-2.2 U: each pod has limits": "failed",
      "OPS-2.4 U: edges are as listed": "passed",
      "SKIPPED: OPS-5.1 P: promtool is not on PATH (rules fire)": "skipped",
    });
  });
});
