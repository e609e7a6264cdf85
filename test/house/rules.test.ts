// The rules of the house bite: each import rule and each rule for deterministic code meets one planted offence.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

/** Which rules a house breaks, by file; `house` says of each file what it imports. */
function violationsIn(house: Readonly<Record<string, readonly string[]>>): Map<string, Set<string>> {
  const folder = mkdtempSync(join(tmpdir(), "gx-planted-"));
  try {
    for (const file of [".dependency-cruiser.cjs", "tsconfig.json", "tsconfig.check.json"])
      cpSync(file, join(folder, file));
    symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
    for (const [file, imports] of Object.entries(house)) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      const lines = imports.map(
        (path, n) => `import type * as n${n} from "${path}";\nexport type N${n} = typeof n${n};`,
      );
      writeFileSync(join(folder, file), [...lines, "export const here = 1;", ""].join("\n"));
    }
    const floors = [...new Set(Object.keys(house).map((file) => file.split("/")[0] as string))];
    const program = join(process.cwd(), "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");
    const args = [program, ...floors, "--config", ".dependency-cruiser.cjs", "--output-type", "json"];
    const run = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
    const { summary } = JSON.parse(run.stdout) as { summary: { violations: Violation[] } };
    const broken = new Map<string, Set<string>>();
    for (const { from, rule } of summary.violations) broken.set(from, (broken.get(from) ?? new Set()).add(rule.name));
    return broken;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const floors = {
  "catalogue/wire.ts": [],
  "catalogue/tax.ts": [],
  "chaincode/tax.ts": [],
  "chaincode/admin.ts": [],
  "platform/fabric.ts": [],
  "platform/wallet.ts": [],
  "subgraphs/tax/resolvers.ts": [],
  "gateway/server.ts": [],
  "workers/projector/tax.ts": [],
  "workers/submitter/batch.ts": ["../../catalogue/tax.js", "../../platform/fabric.js"],
  "ledger/index.ts": ["../platform/wallet.js"],
  "ops/rules.ts": ["../catalogue/tax.js"],
  "cli/index.ts": ["../ledger/index.js", "../ops/rules.js"],
  "client/src/index.ts": [],
  "pages/console/index.ts": ["../../catalogue/tax.js", "../../client/src/index.js"],
  "examples/wallet/index.ts": ["../../client/src/index.js"],
};

describe("the import rules", () => {
  const offences: readonly (readonly [rule: string, file: string, imports: string])[] = [
    ["no-cycles", "catalogue/one.ts", "./two.js"],
    ["catalogue-imports-zod-only", "catalogue/three.ts", "pg"],
    ["chaincode-imports-catalogue-and-contract-api", "chaincode/one.ts", "node:crypto"],
    ["chaincode-imports-catalogue-and-contract-api", "chaincode/two.ts", "../platform/fabric.js"],
    ["platform-is-below", "platform/one.ts", "../gateway/server.js"],
    ["platform-takes-wire-types-only", "platform/two.ts", "../catalogue/tax.js"],
    ["subgraphs-hold-no-key", "subgraphs/one.ts", "../platform/wallet.js"],
    ["gateway-holds-no-key", "gateway/one.ts", "../platform/fabric.js"],
    ["workers-never-import-subgraphs", "workers/projector/one.ts", "../../subgraphs/tax/resolvers.js"],
    ["projector-never-imports-submitter", "workers/projector/two.ts", "../submitter/batch.js"],
    ["submitter-never-imports-projector", "workers/submitter/one.ts", "../projector/tax.js"],
    ["ledger-knows-no-domain", "ledger/one.ts", "../catalogue/tax.js"],
    ["ledger-reached-by-cli-and-test", "gateway/two.ts", "../ledger/index.js"],
    ["a-domain-never-imports-another", "chaincode/identity.ts", "./admin.js"],
    ["client-knows-no-server", "client/src/one.ts", "../../catalogue/tax.js"],
    ["pages-know-no-server", "pages/console/one.ts", "../../gateway/server.js"],
    ["examples-know-the-client", "examples/wallet/one.ts", "../../platform/wallet.js"],
    ["ops-is-data-over-the-catalogue", "ops/one.ts", "../platform/fabric.js"],
    ["ops-printed-by-cli-and-judged-by-test", "platform/three.ts", "../ops/rules.js"],
    ["servers-know-no-page", "gateway/three.ts", "../client/src/index.js"],
  ];
  let broken: ReturnType<typeof violationsIn>;
  beforeAll(() => {
    const planted = Object.fromEntries(offences.map(([, file, imports]) => [file, [imports]]));
    broken = violationsIn({ ...floors, ...planted, "catalogue/two.ts": ["./one.js"] });
  });

  it("let the house be built that way", () => {
    expect([...violationsIn(floors)]).toEqual([]);
  });

  it.each(offences)("%s: %s may not import %s", (rule, file) => {
    expect([...(broken.get(file) ?? [])]).toContain(rule);
  });
});

describe("code that peers run", () => {
  const offences: readonly (readonly [what: string, code: string])[] = [
    ["the clock", "export const now = Date.now();"],
    ["randomness", "export const some = Math.random();"],
    ["the environment", "export const home = process.env;"],
    ["a timer", "setTimeout(() => undefined, 1);"],
    ["a fraction", "export const rate = 0.5;"],
    ["a division of numbers", "export const half = (n: number, by: number) => n / by;"],
    ["an order that nobody gave", "export const keys = (o: object) => { for (const k in o) return k; return ''; };"],
  ];
  // The linter loads itself in ways that a test's modules do not know, so it runs as a program of its own.
  const script = `
    import { ESLint } from "eslint";
    const eslint = new ESLint();
    const found = [];
    for (const code of JSON.parse(process.argv[1])) {
      const [result] = await eslint.lintText(code + "\\n", { filePath: "chaincode/tokenomics.ts" });
      found.push(result.messages.map(({ ruleId }) => ruleId));
    }
    console.log(JSON.stringify(found));`;
  let found: readonly (readonly string[])[];
  beforeAll(() => {
    const texts = JSON.stringify(offences.map(([, code]) => code));
    // In a single run the parser takes a file's text from the disk, whatever it is given.
    const env = { ...process.env, TSESTREE_SINGLE_RUN: "false" };
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", script, texts], { encoding: "utf8", env });
    found = JSON.parse(run.stdout) as typeof found;
  });

  it.each(offences.map(([what], place) => [what, place] as const))("may not use %s", (_what, place) => {
    expect(found[place]).toContainEqual(expect.stringMatching(/^no-restricted-/));
  });
});
