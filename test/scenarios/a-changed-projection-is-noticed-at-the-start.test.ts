// Rows that other projections made are never added to: the projector waits and names the command, a development start
// rebuilds by itself. What counts as a change is what decides rows.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rebuildWhenOutdated } from "../../cli/system/read-models.js";
import { followBlocks } from "../../platform/blocks.js";
import { readConfig, root } from "../../platform/config.js";
import { builtVersion } from "../../workers/projector/version.js";
import { project } from "../../workers/projector/project.js";
import { eventually, newDatabase, type TestDatabase } from "../environment.js";
import { newGxLedger, type GxLedger } from "../projector/ledger.js";
import { startProjector, stopProjectors } from "../projector/running.js";

describe("the version of the read models", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gx-projections-"));
    for (const name of ["catalogue", "platform", "workers", "package.json", "tsconfig.json"]) {
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** As the build computes it, of the sources in `folder`. */
  const version = () => {
    const build = JSON.stringify(join(root, "cli", "build.mjs"));
    const ask = `import(${build}).then((m) => m.versionOfReadModels(${JSON.stringify(folder)})).then((v) => console.log(v))`;
    return execFileSync(process.execPath, ["--eval", ask], { encoding: "utf8" }).trim();
  };
  const change = (file: string, from: string, to: string) => {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text.split(from).length).toBeGreaterThan(1);
    writeFileSync(join(folder, file), text.replaceAll(from, to));
  };

  test.each([
    ["a projection sets another value", "workers/projector/tokenomics.ts", "stored: 0n", "stored: 1n"],
    ["a column has another type", "workers/projector/tables/identity.ts", 'ageYears: "integer"', 'ageYears: "bigint"'],
    ["an event has another field", "catalogue/events/admin.ts", "SystemResumed: { actor", "SystemResumed: { by"],
    ["a block is read in another way", "platform/block.ts", "=== 0", "=== 1"],
  ])("changes when %s", (_, file, from, to) => {
    change(file, from, to);
    expect(version()).not.toBe(builtVersion());
  });

  test("does not change by comments, names of variables, sentences of commands, or by what only measures", () => {
    expect(version()).toBe(builtVersion());
    change("workers/projector/tokenomics.ts", "isCounter", "isMintedCounter");
    change("workers/projector/fold.ts", "/** Folds in order;", "/** Folds, in order;");
    change("catalogue/tokenomics.ts", '.",', ' now.",');
    change("workers/projector/measure.ts", '"projector_lag_blocks"', '"projector_lag"');
    expect(version()).toBe(builtVersion());
  });
});

describe("rows of other projections", () => {
  let ledger: GxLedger;
  let rows: TestDatabase;
  const environment = { ...process.env };
  beforeAll(async () => {
    ledger = await newGxLedger();
    await ledger.setUp();
    rows = await newDatabase();
    const models = { schema: "read", outcomes: "app.command", version: "older" } as const;
    for await (const block of followBlocks({ connection: ledger.connection, identity: ledger.reader, from: 0 })) {
      await project(rows.pool, [block], models);
      if (block.number === ledger.height() - 1) break;
    }
  });
  afterEach(stopProjectors);
  afterAll(async () => {
    process.env = environment;
    await ledger.stop();
    await rows.close();
  });

  test("stop the projector, which is not ready and names the command", async () => {
    await ledger.user();
    const { reader, stop } = startProjector(ledger, rows.url);
    const failure = await eventually(() => reader.progress.failure, "the refusal");
    expect(failure).toContain(`made by other projections (older, this is ${builtVersion()})`);
    expect(failure).toContain("npm run gx -- replay");
    expect(reader.progress.following).toBe(false);
    await stop();
    const { rows: found } = await rows.pool.query<{ block: string }>("select block from read.checkpoint");
    expect(Number(found[0]?.block)).toBe(ledger.height() - 2);
  });

  test("are rebuilt by a start, which says so, and the projector goes on; the next start has nothing to do", async () => {
    Object.assign(process.env, { GX_ENV: "development", DATABASE_URL: rows.url, FABRIC_PROFILE: ledger.profilePath });
    const lines: string[] = [];
    const doing = { say: (line: string) => void lines.push(line), signal: new AbortController().signal };
    await rebuildWhenOutdated(readConfig(), doing);
    expect(lines).toEqual([
      "The projections changed: rebuilding the read models from block 0",
      expect.stringMatching(/^Read models rebuilt: \d+ rows in \d+\.\d s; the rows before stay in schema read_prev$/),
    ]);
    const projector = startProjector(ledger, rows.url);
    await projector.reaches();
    await projector.stop();
    await rebuildWhenOutdated(readConfig(), doing);
    expect(lines).toHaveLength(2);
  });
});
