// What bad input and bad weather print: docs/errors-as-printed.md shows each once, and this suite compares every word.
// Printing the page anew: GX_PRINT_ERRORS=1 npm test -- test/e2e/errors
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { createUser, ended, newPerson } from "../../bench/load.js";
import { newSystem, until, type System } from "../../bench/system.js";
import { removePostgres } from "../../cli/ground/postgres.js";

const PAGE = "docs/errors-as-printed.md";
const OFFSET = 1400;

let system: System;
let partner: string;
let admin: string;
const ada = newPerson();
let adasToken: string;
beforeAll(async () => {
  system = await newSystem(OFFSET, { READ_WAIT_MS: "500", RATE_LIMIT: "100", RATE_BURST: "200" });
  [partner, admin] = [system.tokens("PARTNER_API")[0] as string, system.tokens("ADMIN")[0] as string];
  await ended(system, admin, [await createUser(system, partner, ada, "NG")]);
  adasToken = system.tokens("USER", [ada])[0] as string;
}, 120_000);
afterAll(async () => {
  removePostgres(join(system.home, "elsewhere"));
  await system.remove();
}, 60_000);

/** What differs from run to run is shown as a word in angle brackets. */
function steady(text: string): string {
  return text
    .replaceAll(system.home, "<GX_HOME>")
    .replaceAll(process.cwd(), "<repository>")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<id>")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replace(/\bpid \d+ */g, "pid <pid> ")
    .replace(/\bprocess \d+/g, "process <pid>")
    .replace(/\(\S*\bnode [^)]*\)/g, "(<command>)")
    .replace(/\b\d+ MB/g, "<n> MB")
    .replace(/ +\d+\.\d s\b/g, " <n> s")
    .replace(/^Built code.*\n/m, "")
    .trimEnd();
}

interface Shown {
  readonly title: string;
  /** What was done, in a line or a document. */
  readonly asked: string;
  readonly printed: string;
}
const shown: Shown[] = [];
const show = (title: string, asked: string, printed: string) =>
  shown.push({ title, asked: steady(asked), printed: steady(printed) });

async function post(
  title: string,
  query: string,
  variables: Record<string, unknown>,
  token?: string,
  headers: Record<string, string> = {},
) {
  const answer = await system.ask<Record<string, unknown>>(query, variables, token, headers);
  const sent = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const asked = [...sent, query, ...(Object.keys(variables).length > 0 ? [JSON.stringify(variables)] : [])].join("\n");
  const { status, ...body } = answer;
  show(title, asked, `HTTP ${status}\n${JSON.stringify(body.errors.length > 0 ? body : { data: body.data }, null, 1)}`);
  return answer;
}

/** Runs the command line; of what it printed, the lines that match are shown. */
function gx(title: string, words: string[], settings: Record<string, string> = {}, flags: string[] = [], lines = /^/) {
  const run = spawnSync(process.execPath, [...flags, "cli/gx.mjs", ...words], {
    encoding: "utf8",
    env: { ...process.env, GX_HOME: system.home, GX_PORT_OFFSET: String(OFFSET), NO_COLOR: "1", ...settings },
    timeout: 60_000,
  });
  const set = Object.entries(settings)
    .filter(([name]) => name !== "GX_HOME")
    .map(([name, value]) => `${name}=${value} `);
  const printed = `${run.stdout}${run.stderr}exit status ${run.status}`.split("\n").filter((line) => lines.test(line));
  show(title, `${set.join("")}npx gx ${words.join(" ")}`, printed.join("\n"));
  return run;
}

const TRANSFER = `mutation ($to: ID!, $amount: Qirat!, $key: String!) {
  transfer(to: $to, amount: $amount, idempotencyKey: $key) { commandId status existing }
}`;
const COMMAND = "query ($id: UUID!) { command(id: $id) { name status error { code message category status } } }";

/** Keeps a part away: its supervisor is paused, so that nobody starts it again. */
async function without<T>(part: string, act: () => Promise<T>): Promise<T> {
  const parent = system.pid("up");
  const pid = system.pid(part);
  process.kill(parent, "SIGSTOP");
  process.kill(pid, "SIGKILL");
  try {
    return await act();
  } finally {
    process.kill(parent, "SIGCONT");
    await until(`${part} to be back`, async () => {
      try {
        return system.pid(part) !== pid;
      } catch {
        return false;
      }
    });
  }
}

describe("a request", () => {
  it("with malformed, unknown or missing fields gets every fault at once and stores nothing", async () => {
    const query = `mutation {
  createUser(userId: "ada", biometricHash: "12", nationality: "NG", ageYears: 200, idempotencyKey: "malformed-1") { commandId }
}`;
    const answer = await post("Malformed fields", query, {}, partner);
    expect(answer.errors[0]?.extensions.code).toBe("INVALID_INPUT");
    const unknown = await post("An unknown field", "{ systemStatus { bootstraped } }", {});
    expect(unknown.errors[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
    const missing = await post(
      "A missing argument",
      `mutation { pauseSystem(idempotencyKey: "missing-1") { commandId } }`,
      {},
      admin,
    );
    expect(missing.status).toBe(400);
    const mine = await system.ask<{ myCommands: { edges: unknown[] } }>(
      "{ myCommands { edges { node { id } } } }",
      {},
      admin,
    );
    expect(mine.data?.myCommands.edges.length).toBe(0);
  });

  it("that the protocol refuses ends with the code and the sentence of the ledger", async () => {
    const answer = await system.ask<{ transfer: { commandId: string } }>(
      TRANSFER,
      { to: "SYSTEM_LOAN_POOL", amount: "9000000000", key: "too-much-1" },
      adasToken,
    );
    const id = answer.data?.transfer.commandId as string;
    expect((await ended(system, adasToken, [id]))[0]?.status).toBe("REFUSED");
    const refused = await post("A refusal of the ledger", COMMAND, { id }, adasToken);
    expect(refused.data).toMatchObject({ command: { error: { code: "INSUFFICIENT_FUNDS", status: 422 } } });
  });

  it("under a used key with other content is a conflict", async () => {
    await system.ask(TRANSFER, { to: "SYSTEM_LOAN_POOL", amount: "1", key: "used-key-1" }, adasToken);
    const again = await system.ask<{ transfer: { existing: boolean } }>(
      TRANSFER,
      { to: "SYSTEM_LOAN_POOL", amount: "1", key: "used-key-1" },
      adasToken,
    );
    expect(again.data?.transfer.existing).toBe(true);
    const other = await post(
      "A used key with other content",
      TRANSFER,
      { to: "SYSTEM_LOAN_POOL", amount: "2", key: "used-key-1" },
      adasToken,
    );
    expect([other.status, other.errors[0]?.extensions.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  });

  it("without a token reads public fields only, with a bad one nothing", async () => {
    const query = 'query ($id: UUID!) { country(code: "NG") { name treasury { balance } } user(id: $id) { status } }';
    const anonymous = await post("No token", query, { id: ada });
    expect(anonymous.data).toMatchObject({ country: { name: "Nigeria" }, user: null });
    expect(anonymous.errors[0]?.extensions.code).toBe("UNAUTHENTICATED");
    const bad = await post("A bad token", "{ systemStatus { bootstrapped } }", {}, `${adasToken}x`);
    expect([bad.status, bad.errors[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("for somebody else's fields gets null and FORBIDDEN", async () => {
    const [stranger] = system.tokens("USER");
    const answer = await post(
      "A field that is not allowed",
      "query ($id: UUID!) { user(id: $id) { status wallet { balance } } }",
      { id: ada },
      stranger,
    );
    expect(answer.errors[0]?.extensions.code).toBe("FORBIDDEN");
    const role = await post(
      "A command of another role",
      `mutation { pauseSystem(reason: "maintenance", idempotencyKey: "not-allowed-1") { commandId } }`,
      {},
      adasToken,
    );
    expect(role.errors[0]?.extensions.code).toBe("FORBIDDEN");
  });

  it("with a header that nobody understands is told so", async () => {
    const asked = await post("A malformed header", "{ systemStatus { paused } }", {}, adasToken, {
      "x-gx-after": "now",
    });
    expect([asked.status, asked.errors[0]?.extensions.code]).toEqual([400, "INVALID_INPUT"]);
  });

  it("over a limit is refused by that limit's own code", async () => {
    const loop = "treasury { owner { ... on Country { ";
    const deep = `{ country(code: "NG") { ${loop.repeat(8)}name${" } } }".repeat(8)} } }`;
    const many = `{ ${Array.from({ length: 16 }, (_, i) => `a${i}: systemStatus { paused }`).join(" ")} }`;
    const tokens = `{ ${"systemStatus { paused } ".repeat(600)} }`;
    const mutations = `mutation { ${Array.from({ length: 6 }, (_, i) => `a${i}: pauseSystem(reason: "x", idempotencyKey: "limit-${i}00") { commandId }`).join(" ")} }`;
    const answers = [
      await post("Too deep", deep, {}),
      await post("Too many aliases", many, {}),
      await post("Too many mutations", mutations, {}, admin),
    ];
    const long = await system.ask(tokens, {});
    show(
      "Too many tokens",
      "a document of more than 2,000 tokens",
      `HTTP ${long.status}\n${JSON.stringify({ errors: long.errors }, null, 1)}`,
    );
    const large = await system.ask(`{ systemStatus { paused } } #${"x".repeat(100_000)}`, {});
    show(
      "Too large",
      "a body of more than 100 kB",
      `HTTP ${large.status}\n${JSON.stringify({ errors: large.errors }, null, 1)}`,
    );
    const codes = [...answers, long, large].map(({ errors }) => errors[0]?.extensions.code);
    expect(new Set(codes).size).toBe(5);
    expect([...answers, long, large].map(({ data }) => data)).toEqual([null, null, null, null, null]);
  });

  it("of a caller who asks too often is refused until a while later", async () => {
    const [eager] = system.tokens("USER");
    const ask = () => system.ask("{ systemStatus { paused } }", {}, eager);
    const refused = await until("a refusal", async () =>
      (await Promise.all(Array.from({ length: 400 }, ask))).find(({ status }) => status === 429),
    );
    show(
      "Too many requests",
      "more than 200 requests of one caller at once",
      `HTTP ${refused.status}\n${JSON.stringify({ errors: refused.errors }, null, 1)}`,
    );
    expect(refused.errors[0]?.extensions.code).toBe("RATE_LIMITED");
  });
});

describe("while a part is away", () => {
  it("Redis: mutations are accepted, and end when it is back", async () => {
    const ticket = await without("redis", () =>
      post("Redis is away", TRANSFER, { to: "SYSTEM_LOAN_POOL", amount: "1", key: "no-redis-1" }, adasToken),
    );
    const id = (ticket.data as { transfer: { commandId: string } }).transfer.commandId;
    expect((await ended(system, adasToken, [id]))[0]?.status).toBe("COMMITTED");
  }, 120_000);

  it("the ledger: commands wait, and the status says so", async () => {
    const id = await without("ledger", async () => {
      const ticket = await post(
        "The ledger is away",
        TRANSFER,
        { to: "SYSTEM_LOAN_POOL", amount: "1", key: "no-ledger-1" },
        adasToken,
      );
      const { commandId } = (ticket.data as { transfer: { commandId: string } }).transfer;
      const open = await system.ask<{ command: { status: string } }>(COMMAND, { id: commandId }, adasToken);
      expect(["ACCEPTED", "SUBMITTED"]).toContain(open.data?.command.status);
      const behind = await post("Rows that are not there in time", "{ systemStatus { paused } }", {}, adasToken, {
        "x-gx-after": commandId,
      });
      expect([behind.status, behind.errors[0]?.extensions.code]).toEqual([503, "BEHIND"]);
      await until("the status to name the ledger", async () => /ledger\s+(not ready|down|away)/i.test(status()));
      const line = status()
        .split("\n")
        .find((row) => row.startsWith("ledger"));
      show("The status while the ledger is away", "npx gx status | grep ledger", line ?? "");
      return commandId;
    });
    expect((await ended(system, adasToken, [id]))[0]?.status).toBe("COMMITTED");
  }, 120_000);

  it("PostgreSQL: UNAVAILABLE at once, and nothing half done", async () => {
    const answer = await without("postgres", async () => {
      // Backends that are at work outlive a killed postmaster by a moment, and may rightly accept.
      await until("the subgraphs to miss the database", async () => {
        const ready = await fetch(`http://127.0.0.1:${3001 + OFFSET}/readyz`).catch(() => undefined);
        return ready?.status === 503;
      });
      const variables = { to: "SYSTEM_LOAN_POOL", amount: "7", key: "no-database-1" };
      return post("The database is away", TRANSFER, variables, adasToken);
    });
    expect(answer.errors[0]?.extensions.code).toBe("UNAVAILABLE");
    const again = await until("the database to answer again", async () => {
      const later = await system.ask<{ transfer: { commandId: string; existing: boolean } }>(
        TRANSFER,
        { to: "SYSTEM_LOAN_POOL", amount: "7", key: "no-database-1" },
        adasToken,
      );
      return later.data?.transfer;
    });
    expect(again.existing).toBe(false);
    expect((await ended(system, adasToken, [again.commandId]))[0]?.status).toBe("COMMITTED");
  }, 120_000);
});

const status = () => {
  const run = spawnSync(process.execPath, ["cli/gx.mjs", "status"], {
    encoding: "utf8",
    env: { ...process.env, GX_HOME: system.home, GX_PORT_OFFSET: String(OFFSET), NO_COLOR: "1" },
  });
  return run.stdout;
};

describe("a start", () => {
  const elsewhere = () => ({ GX_HOME: join(system.home, "elsewhere"), GX_PORT_OFFSET: String(OFFSET + 100) });

  it("with a taken port names the setting that moves it", async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(4000 + OFFSET + 100, "127.0.0.1", resolve));
    const run = gx("A taken port", ["up"], elsewhere());
    await new Promise((resolve) => server.close(resolve));
    expect([run.status, run.stderr + run.stdout]).toEqual([1, expect.stringContaining("GATEWAY_PORT")]);
  });

  it("with somebody else's server on the port of the database never uses it", async () => {
    const server: Server = createServer((socket) => socket.end("who are you?\n"));
    await new Promise<void>((resolve) => server.listen(15432 + OFFSET + 100, "127.0.0.1", resolve));
    const run = gx("Somebody else's server on our port", ["up"], elsewhere());
    await new Promise((resolve) => server.close(resolve));
    expect([run.status, run.stderr + run.stdout]).toEqual([1, expect.stringContaining("POSTGRES_PORT")]);
  });

  it("with a wrong setting lists every fault", () => {
    const run = gx("Wrong settings", ["up"], { GX_PORT_OFFSET: "7", LOG_LEVEL: "loud" });
    expect(run.status).not.toBe(0);
    expect(run.stderr + run.stdout).toMatch(/GX_PORT_OFFSET[^]*LOG_LEVEL/);
  });

  it("on an old Node says which is needed", () => {
    const fake = `data:text/javascript,Object.defineProperty(process,"version",{value:"v18.0.0"});Object.defineProperty(process,"versions",{value:{...process.versions,node:"18.0.0"}})`;
    const run = gx("An old Node", ["up"], {}, ["--import", fake]);
    expect([run.status, run.stderr]).toEqual([1, expect.stringContaining("18.0.0")]);
  });

  it("without Redis names the command that installs it", () => {
    const settings = { ...elsewhere(), PATH: join(system.home, "no-programs") };
    // How far the other parts have come by then differs from run to run.
    const run = gx("A missing program", ["up"], settings, [], /^(redis|gx:|exit)/);
    expect([run.status, run.stderr + run.stdout]).toEqual([1, expect.stringContaining("apt-get install redis-server")]);
  });

  it("of a network without Fabric's programs says which, where they are looked for, and how they are got", () => {
    const run = gx("Fabric's programs are missing", ["network", "up"], { ...elsewhere(), FABRIC_BIN: "/nowhere" });
    expect([run.status, run.stderr]).toEqual([1, expect.stringMatching(/configtxgen.*2\.5.*3\.1[^]*readthedocs/)]);
  });

  it("of a network's node where no network runs says how one is started", () => {
    const run = gx("No network runs", ["network", "restart", "peer0-org1"], elsewhere());
    expect([run.status, run.stderr]).toEqual([1, expect.stringContaining("network up")]);
  });

  it("of a system that runs says where the first one is", () => {
    const run = gx("A second start", ["up"]);
    expect([run.status, run.stderr + run.stdout]).toEqual([1, expect.stringContaining(system.home)]);
  });
});

it("is printed in docs/errors-as-printed.md word for word", () => {
  const page = [
    "# Errors, as they really print",
    "",
    "Printed by `test/e2e/errors.test.ts`, which compares every word at each run. Words in angle brackets differ from run to run.",
    "What each code means, and which commands meet it: [errors.md](errors.md).",
    ...shown.flatMap(({ title, asked, printed }) => ["", `## ${title}`, "```", asked, "```", "```", printed, "```"]),
    "",
  ].join("\n");
  if (process.env.GX_PRINT_ERRORS) writeFileSync(PAGE, page);
  expect(page).toBe(readFileSync(PAGE, "utf8"));
});
