// gx send as a person runs it: against a running graph, with its words and exit statuses.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { stripVTControlCharacters } from "node:util";
import { eventually } from "../environment.js";
import { newGraph, type Graph } from "../gateway/graph.js";
import { ADA, EMMA, newWorld } from "../gateway/world.js";

let graph: Graph;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
});
afterAll(() => graph.close());

interface Ended {
  status: number | null;
  out: string;
  err: string;
}

const node = (words: readonly string[]) => ["--import", "tsx", "cli/index.ts", ...words];
const gx = (...words: string[]) => run(process.execPath, node(words));

/** On a terminal of 70 columns, which `script` makes. */
function gxOnTerminal(...words: string[]): Promise<Ended> {
  const quoted = [process.execPath, ...node(words)].map((word) => `'${word}'`).join(" ");
  const line = `stty cols 70 rows 30; ${quoted}`;
  return run(
    "script",
    process.platform === "darwin" ? ["-q", "/dev/null", "sh", "-c", line] : ["-qec", line, "/dev/null"],
  );
}

function run(program: string, args: readonly string[]): Promise<Ended> {
  const env = {
    ...process.env,
    ...{
      GX_ENV: "development",
      GX_HOME: graph.config.home,
      GATEWAY_PORT: new URL(graph.url).port,
      GX_PORT_OFFSET: "0",
    },
    ...{ NODE_OPTIONS: "", NO_COLOR: "1", TERM: "xterm" },
  };
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended: Ended = { status: null, out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (ended.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (ended.err += chunk.toString()));
  return new Promise((resolve) => child.once("close", (status) => resolve({ ...ended, status })));
}
const transfer = (...more: string[]) =>
  gx("send", "tokenomics.transfer", "--sub", EMMA, "--input", JSON.stringify({ to: ADA, amount: "5" }), ...more);
const lastCommand = async () =>
  (
    await graph.database.pool.query<{ id: string; actor: string }>(
      "select id, actor from app.command order by seq desc limit 1",
    )
  ).rows[0];

it("answers with the ticket, and with the first one for the same key", async () => {
  const key = `send-${randomUUID()}`;
  const first = await transfer("--key", key);
  const { id, actor } = (await lastCommand()) ?? {};
  expect(first).toEqual({ status: 0, out: `ACCEPTED ${id}\n`, err: "" });
  expect(actor).toBe(EMMA);
  const again = await transfer("--key", key, "--json");
  expect([again.status, JSON.parse(again.out)]).toEqual([0, { commandId: id, status: "ACCEPTED", existing: true }]);
});

it("follows a command to its end: 0 when it is committed, 1 when it is refused", async () => {
  const waiting = transfer("--wait", "--json");
  const before = (await lastCommand())?.id;
  const id = await eventually(async () => {
    const found = (await lastCommand())?.id;
    return found === before ? undefined : found;
  }, "the command");
  await graph.history.refused("ACCOUNT_FROZEN", { commandId: id });
  const { status, out } = await waiting;
  expect([status, JSON.parse(out)]).toMatchObject([
    1,
    { commandId: id, status: "REFUSED", error: { code: "ACCOUNT_FROZEN", message: "The account is frozen." } },
  ]);
  const key = `send-${randomUUID()}`;
  await transfer("--key", key);
  const { block } = await graph.history.block([{ commandId: (await lastCommand())?.id ?? "" }]);
  const committed = await transfer("--key", key, "--wait");
  expect(committed.out).toContain(`in block ${block.number}, transaction ${block.transactions[0]?.txId}`);
  expect([committed.status, committed.out.split(" ")[0]]).toEqual([0, "COMMITTED"]);

  const watched = await gxOnTerminal(
    ...["send", "tokenomics.transfer", "--sub", EMMA, "--key", key, "--wait"],
    ...["--input", JSON.stringify({ to: ADA, amount: "5" })],
  );
  const lines = stripVTControlCharacters(watched.out).split(/\r?\n/);
  for (const step of ["ACCEPTED", "COMMITTED"])
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^✔ ${step} +\\d+\\.\\d\\d s$`)));
  const { commandId } = JSON.parse((await transfer("--key", key, "--json")).out) as { commandId: string };
  expect(watched.out).toContain(`See its way: ${new URL(`/#/command/${commandId}`, graph.url).href} `);
});

it.each([
  ["an unknown command", ["send", "tokenomics.burn"], /tokenomics\.burn is not one of .*tokenomics\.transfer/],
  ["an input that is no JSON", ["send", "admin.resumeSystem", "--input", "{"], /--input: is not JSON/],
  ["an input that is a list", ["send", "admin.resumeSystem", "--input", "[]"], /--input: must be a JSON object/],
  ["an unknown role", ["send", "admin.resumeSystem", "--as", "king"], /--as: king is not one of USER/],
  ["no command at all", ["send"], /missing required argument/],
])("ends with 2 for %s and says what would be right", async (_, words, text) => {
  const { status, out, err } = await gx(...words);
  expect([status, out]).toEqual([2, ""]);
  expect(err).toMatch(text);
});

it("prints the faults of an input one per line and ends with 2", async () => {
  const input = JSON.stringify({ to: "Ada", amount: "1.5", note: "x" });
  const { status, err } = await gx("send", "tokenomics.transfer", "--input", input);
  expect([
    status,
    err
      .trim()
      .split("\n")
      .map((line) => line.split(":")[0]?.trim()),
  ]).toEqual([2, ["gx", "to", "amount", "note"]]);
  const missing = await gx("send", "identity.createUser", "--input", "{}", "--key", "short");
  expect([missing.status, missing.err.match(/^ {2}\w+:/gm)]).toEqual([
    2,
    ["  userId:", "  biometricHash:", "  nationality:", "  ageYears:", "  idempotencyKey:"],
  ]);
});

it("ends with 1 for what the gateway refuses, and where there is no gateway", async () => {
  const refused = await gx("send", "admin.resumeSystem", "--as", "USER");
  expect([refused.status, refused.err]).toEqual([1, "gx: FORBIDDEN: The caller may not do or see this.\n"]);
  const port = graph.url;
  graph.url = "http://127.0.0.1:9";
  const nowhere = await gx("send", "admin.resumeSystem");
  graph.url = port;
  expect([nowhere.status, nowhere.err]).toMatchObject([
    1,
    expect.stringMatching(/no gateway at .*; start the system with: npm start/),
  ]);
});

it("names every command with its fields and rules in the help", async () => {
  const { status, out } = await gx("send", "--help");
  expect(status).toBe(0);
  expect(out).toMatch(/identity\.createUser \(as PARTNER_API\): Bring an approved person/);
  expect(out).toContain("ageYears: must be a whole number from 0 to 150");
});

it("tries a command again that was given up, and says what another one is", async () => {
  await transfer();
  const { id = "" } = (await lastCommand()) ?? {};
  expect(await gx("again", id)).toEqual({
    ...{ status: 1, out: "" },
    err: `gx: ${id} is ACCEPTED: only a FAILED command is tried again\n`,
  });
  await graph.database.pool.query("update app.command set status = 'FAILED' where id = $1", [id]);
  expect(await gx("again", id)).toEqual({ status: 0, out: `ACCEPTED ${id}\n`, err: "" });
  expect(await gx("again", ADA)).toEqual({ status: 1, out: "", err: `gx: no command has the id ${ADA}\n` });
  expect(await gx("again", "7")).toEqual({
    ...{ status: 2, out: "" },
    err: "gx: again: 7 must be a uuid in lower-case hex (8-4-4-4-12)\n",
  });
});
