// A supergraph that changes under a running gateway: callers notice a better one and never a broken one.
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openSupergraph } from "../../gateway/main.js";
import type { SubgraphPorts } from "../../gateway/subgraph.js";
import { eventually } from "../environment.js";
import { newGraph, type Graph } from "./graph.js";
import { newWorld } from "./world.js";

const whole = readFileSync("schema/supergraph.graphql", "utf8");
/** Without the name of a country, which the subgraph can tell. */
const smaller = whole.replace(/(type Country\b[^}]*?)  name: String [^\n]*\n/, "$1");
const broken: Readonly<Record<string, string>> = {
  "half a file": whole.slice(0, whole.length / 2),
  "an empty file": "",
  "no GraphQL": "<html>not found</html>",
  "a type that it does not define": whole.replace("type Country\n", "type Land\n"),
  "a subgraph without address": whole.replaceAll('name: "tax"', 'name: "taxes"'),
};

let folder: string;
let file: string;
let graph: Graph;
let version = 0;

/** As a mounted configuration changes: a link to a folder is replaced in one step. */
function publish(text: string): void {
  const name = `version-${++version}`;
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, "supergraph.graphql"), text);
  symlinkSync(name, join(folder, "next"));
  renameSync(join(folder, "next"), join(folder, "now"));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gx-supergraph-"));
  file = join(folder, "now", "supergraph.graphql");
  publish(smaller);
  graph = await newGraph({ SUPERGRAPH: file });
  await newWorld(graph.history);
});
afterAll(async () => {
  await graph.close();
  rmSync(folder, { recursive: true, force: true });
});

const told = (words: RegExp) => graph.lines.filter(({ message }) => words.test(String(message)));
const refusals = () => told(/^Supergraph refused/);
const NAME = `{ country(code: "NG") { name residents } }`;

/** A hundred requests a second until `over`; how many there were, and what was wrong with them. */
async function underLoad(over: () => Promise<unknown>): Promise<{ asked: number; faults: string[] }> {
  const faults: string[] = [];
  const open: Promise<void>[] = [];
  let going = true;
  const ask = async () => {
    const { status, errors, data } = await graph.ask(`{ country(code: "NG") { code residents } }`);
    if (status !== 200 || errors.length > 0 || !data?.["country"]) faults.push(JSON.stringify({ status, errors }));
  };
  const asking = (async () => {
    while (going) {
      open.push(ask().catch((error: unknown) => void faults.push(String(error))));
      await sleep(10);
    }
  })();
  try {
    await over();
    const enough = open.length + 100;
    await eventually(async () => open.length >= enough, "a hundred requests more");
  } finally {
    going = false;
    await asking;
  }
  await Promise.all(open);
  return { asked: open.length, faults };
}

it("keeps serving while a broken one stands in the file, and names file and reason once", async () => {
  expect(smaller).not.toBe(whole);
  const { asked, faults } = await underLoad(async () => {
    publish(broken["half a file"] ?? "");
    await eventually(async () => refusals().length > 0, "the refusal");
  });
  expect(faults).toEqual([]);
  expect(asked).toBeGreaterThan(100);
  expect(refusals()).toMatchObject([{ level: expect.anything(), file, reason: expect.stringMatching(/./) }]);
  expect((await graph.ask(NAME)).errors).toMatchObject([{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }]);
});

it.each(Object.keys(broken))("refuses %s", async (name) => {
  const before = refusals().length;
  publish(smaller);
  await eventually(async () => (await graph.ask("{ __typename }")).status === 200, "an answer");
  publish(`${broken[name]}\n# ${version}`);
  await eventually(async () => refusals().length > before, "the refusal");
  expect((await graph.ask(`{ country(code: "NG") { code residents } }`)).errors).toEqual([]);
});

it("names a file that is gone, once, and goes on when it is back", async () => {
  const before = refusals().length;
  rmSync(join(folder, "now"));
  await eventually(async () => refusals().length > before, "the refusal");
  expect(refusals().at(-1)).toMatchObject({ reason: "cannot be read (ENOENT)" });
  expect((await graph.ask("{ systemStatus { paused } }")).status).toBe(200);
});

it("serves a good one with one field more without a restart and without an error", async () => {
  const before = refusals().length;
  const { asked, faults } = await underLoad(async () => {
    publish(whole);
    await eventually(async () => (await graph.ask(NAME)).status === 200, "the new field");
  });
  expect(faults).toEqual([]);
  expect(asked).toBeGreaterThan(100);
  expect((await graph.ask(NAME)).data).toEqual({ country: { name: "Nigeria", residents: 1 } });
  expect(told(/^Supergraph replaced/)).toHaveLength(1);
  expect(refusals()).toHaveLength(before);
});

it("does not start with a broken one, and names file and reason", async () => {
  publish(broken["a subgraph without address"] ?? "");
  const context = { config: { ...graph.config, supergraph: file }, log: graph.log };
  await expect(openSupergraph(context, {} as SubgraphPorts, graph.subgraphs)).rejects.toThrow(
    `SUPERGRAPH: ${file}: it names the subgraph taxes, which has no address`,
  );
});
