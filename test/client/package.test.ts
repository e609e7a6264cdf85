// The package as npm would publish it: installed beside nothing but its dependencies, it has its types and works in plain Node.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import { eventually } from "../environment.js";
import { newGraph, type Graph } from "../gateway/graph.js";
import { ADA, EMMA, newWorld } from "../gateway/world.js";
import { newProxy, type Proxy } from "./proxy.js";

const folder = mkdtempSync(join(tmpdir(), "gx-client-"));
const modules = join(folder, "node_modules");
const installed = join(modules, "@gx", "client");
const link = (name: string) => symlinkSync(resolve("node_modules", name), join(modules, name));
interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

beforeAll(() => {
  const packed = execFileSync("npm", ["pack", "-w", "client", "--pack-destination", folder, "--json"], {
    encoding: "utf8",
  });
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf("["))) as [{ filename: string }];
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", installed]);
  for (const name of ["graphql", "graphql-ws"]) link(name);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("holds code, types and words, and depends on what it imports alone", () => {
  const names = readdirSync(installed, { recursive: true, encoding: "utf8" }).sort();
  expect(names.filter((name) => !/^dist\/[\w-]+(\.d)?\.(js|ts)$/.test(name))).toEqual([
    ...["LICENSE", "README.md", "dist", "package.json"],
  ]);
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(installed, "package.json"), "utf8"),
  ) as Package;
  expect([Object.keys(dependencies), Object.keys(optionalDependencies)]).toEqual([["graphql", "graphql-ws"], ["ws"]]);
  const code = names
    .filter((name) => /\.(js|ts)$/.test(name))
    .map((name) => readFileSync(join(installed, name), "utf8"));
  const imported = code.flatMap((text) =>
    [...text.matchAll(/(?:from |import\()"([^"]+)"/g)].map(([, name]) => name ?? ""),
  );
  expect(new Set(imported.filter((name) => !name.startsWith("./")))).toEqual(new Set(["graphql-ws/client", "ws"]));
});

const USE = `import { connect, type CommandInputs, type Outcome, type RefusalCode, type Wallet } from "@gx/client";
const gx = connect({ url: "/graphql", token: async () => "t" });
const input: CommandInputs["transfer"] = { to: "a", amount: "1" };
const sent = await gx.send("transfer", input, { key: "12345678" });
if (sent.accepted) {
  const outcome: Outcome = await gx.follow(sent, { onStatus: ({ status }) => status === "SUBMITTED" });
  if (outcome.status === "COMMITTED") outcome.blockNumber.toFixed();
  else if (outcome.status === "REFUSED") outcome.error.code satisfies RefusalCode;
  else outcome.error.message satisfies string;
  // @ts-expect-error only what is on the ledger has a block
  outcome.blockNumber;
} else {
  sent.error.fields.map(({ path, message }) => path + message);
  // @ts-expect-error what was turned away has no id
  sent.commandId;
}
// @ts-expect-error an amount is text
await gx.send("transfer", { to: "a", amount: 1 });
// @ts-expect-error there is no such command
await gx.send("transferr", {});
// @ts-expect-error a field is missing
await gx.send("pauseSystem", {});
await gx.send("resumeSystem", {});
const { wallet } = await gx.query<{ wallet: Pick<Wallet, "balance"> }>("{ wallet }", {}, { after: 7 });
wallet.balance satisfies string | null;
for await (const { n } of gx.subscribe<{ n: number }>("subscription { n }")) n.toFixed();
gx.close();
`;

it.each([
  ["Node", { module: "nodenext", lib: ["es2022"], types: ["node"] }],
  ["a browser's bundler", { module: "esnext", moduleResolution: "bundler", lib: ["es2022", "dom"], types: [] }],
])(
  "type-checks in a strict project for %s, its own declarations too",
  (_, own) => {
    const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true };
    const compilerOptions = { target: "es2022", ...strict, ...own, typeRoots: [resolve("node_modules", "@types")] };
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "use.ts"), USE);
    // What the words of the package show is true too.
    const [, shown = ""] = /```ts\n([^]*?)```/.exec(readFileSync(join(installed, "README.md"), "utf8")) ?? [];
    expect(shown).toContain("gx.send(");
    writeFileSync(join(folder, "readme.ts"), `declare const to: string, me: string, myToken: () => string;\n${shown}`);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const run = spawnSync(process.execPath, [resolve("node_modules/typescript/bin/tsc"), "-p", folder], {
      encoding: "utf8",
    });
    expect([run.stdout, run.status]).toEqual(["", 0]);
  },
  60_000,
);

const RUN = `import { connect } from "@gx/client";
delete globalThis.WebSocket;
const [url, token, to] = process.argv.slice(2);
const gx = connect({ url, token });
const said = await gx.subscribe("subscription ($id: ID!) { transactionAdded(walletId: $id) { id } }", { id: to })
  .next().catch(({ message }) => message);
const sent = await gx.send("transfer", { to, amount: "1" });
console.log(JSON.stringify({ said, id: sent.commandId }));
const { status } = await gx.follow(sent, { onStatus: ({ status }) => console.log(status) });
gx.close();
`;

describe("in plain Node without a WebSocket of its own", () => {
  let graph: Graph;
  let proxy: Proxy;
  beforeAll(async () => {
    graph = await newGraph();
    await newWorld(graph.history);
    proxy = await newProxy(graph.url);
    writeFileSync(join(folder, "run.mjs"), RUN);
  });
  afterAll(async () => {
    await proxy.close();
    await graph.close();
  });

  /** Runs the program until its command is committed; what it printed, and whether it ever had a connection open. */
  async function run(): Promise<{ lines: string[]; live: boolean }> {
    const token = await graph.token("USER", EMMA);
    const child = spawn(process.execPath, [join(folder, "run.mjs"), proxy.url, token, ADA]);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise((settle) => child.once("exit", settle));
    await eventually(() => output.includes("ACCEPTED") || child.exitCode !== null, "its first status");
    const live = proxy.sockets() > 0;
    const { id: commandId } = JSON.parse(output.split("\n")[0] ?? "") as { id: string };
    await graph.history.happened([tokenomics.BalanceChanged({ accountId: EMMA, balance: "1" })], { commandId });
    expect([await ended, output]).toEqual([0, expect.stringContaining("COMMITTED")]);
    return { lines: output.trim().split("\n"), live };
  }

  it("asks where the package ws is not there, and says what a subscription needs", async () => {
    const { lines, live } = await run();
    expect([live, lines.slice(1)]).toEqual([false, ["ACCEPTED", "COMMITTED"]]);
    expect(lines[0]).toContain(
      "there is no WebSocket here: give one to connect as webSocket, or install the package ws",
    );
  });

  it("follows live with the package ws", async () => {
    link("ws");
    const { lines, live } = await run();
    expect([live, lines.slice(1)]).toEqual([true, ["ACCEPTED", "COMMITTED"]]);
    expect(lines[0]).toContain("FORBIDDEN");
  });
});
