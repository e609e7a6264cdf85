// What the console may ask of the gateway besides the graph, and who may ask it.
import { createServer, request, type Server } from "node:http";
import { once } from "node:events";
import cookies from "@fastify/cookie";
import { decodeJwt } from "jose";
import { serveConsole } from "../../gateway/console.js";
import { openStatus } from "../../gateway/console-status.js";
import { readConfig } from "../../platform/config.js";
import { newConsoleKey } from "../../platform/console-key.js";
import { createHealth, opsRoutes, type HealthControl } from "../../platform/health.js";
import { webMetrics, newWeb } from "../../platform/web.js";
import { eventually, freePort } from "../environment.js";
import { newLines, newMetrics } from "../platform/parts.js";
import { newGraph, type Graph } from "./graph.js";

const peer = { address: "127.0.0.1:1", mspId: "Org1MSP", state: "current", height: 7, rttMs: 2 };
const SECRET = "postgresql://gx:hunter2@127.0.0.1:1/gx";

let graph: Graph;
let health: HealthControl;
let part: Server;
beforeAll(async () => {
  // One part answers, the others are away.
  const first = await freePort(4);
  health = createHealth("1.2.3");
  health.check("database", () => undefined);
  health.check("redis gx_admin", () => {
    throw new Error(`cannot reach ${SECRET}`);
  });
  health.check("identity org1-admin", () => {
    throw new Error("the certificate has expired");
  });
  health.check("block stream", () => "height 7");
  health.fact("memoryBytes", () => 50_000_000);
  health.fact("peers", () => [peer]);
  health.fact("queues", () => ({ gx_admin: { waiting: 3 } }));
  health.started();
  const ops = opsRoutes(health, newMetrics());
  part = createServer((asked, response) => void ops(asked, response)).listen(first, "127.0.0.1");
  await once(part, "listening");
  const ports = {
    SUBMITTER_PORT: first,
    SUBGRAPH_PORT: first + 1,
    PROJECTOR_PORT: first + 2,
    LEDGER_OPS_PORT: first + 3,
  };
  graph = await newGraph(Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])));
});
afterAll(async () => {
  await graph.close();
  health.close();
  part.closeAllConnections();
  part.close();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(graph.url + path, { headers, redirect: "manual" });
const open = (key: string, headers: Record<string, string> = {}) => get(`/?key=${encodeURIComponent(key)}`, headers);
const cookieOf = (response: Response) => (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
const newCookie = async () => cookieOf(await open(newConsoleKey(graph.config.home)));

/** As a page would ask; fetch of a server names no origin by itself. */
async function askToken(body: object, cookie?: string, origin: string | undefined = graph.url) {
  const headers = { "content-type": "application/json", ...(origin ? { origin } : {}), ...(cookie ? { cookie } : {}) };
  const response = await fetch(`${graph.url}/console/token`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as TokenAnswer };
}
interface TokenAnswer {
  token?: string;
  sub?: string;
  errors?: { message: string; extensions: { code: string; fields?: { path: string; message: string }[] } }[];
}

describe("the key in the address", () => {
  it("becomes a session once and leaves the address", async () => {
    const key = newConsoleKey(graph.config.home);
    const first = await open(key);
    expect([first.status, first.headers.get("location")]).toEqual([303, "/"]);
    const cookie = first.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^gx_console=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(key);
    const second = await open(key);
    expect([second.headers.get("location"), second.headers.get("set-cookie")]).toEqual(["/#/key", null]);
  });

  it.each(["wrong", "", "A".repeat(32)])("shows the page with its sentence when it is %j", async (key) => {
    const answer = await open(key);
    expect([answer.headers.get("location"), answer.headers.get("set-cookie")]).toEqual(["/#/key", null]);
  });

  it("does no harm when it is used again by the browser that has the session", async () => {
    const key = newConsoleKey(graph.config.home);
    const cookie = cookieOf(await open(key));
    expect((await open(key, { cookie })).headers.get("location")).toBe("/");
  });

  it("is not used up by who only looks whether the page is there", async () => {
    const key = newConsoleKey(graph.config.home);
    await fetch(`${graph.url}/?key=${key}`, { method: "HEAD", redirect: "manual" });
    expect((await open(key)).headers.get("location")).toBe("/");
  });
});

describe("a development token", () => {
  it("is handed to the console's own page with the session", async () => {
    const { status, body, headers } = await askToken({ role: "ADMIN" }, await newCookie());
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(decodeJwt(body.token ?? "")).toMatchObject({
      sub: "00000000-0000-7000-8000-000000000002",
      roles: ["ADMIN"],
    });
    const asked = await graph.ask("{ commands { edges { cursor } } }", {}, body.token);
    expect(asked.errors).toEqual([]);
  });

  it("speaks for the user that was named", async () => {
    const sub = "0b1d0000-0000-4000-8000-00000000000e";
    const { body } = await askToken({ role: "USER", sub }, await newCookie());
    expect(decodeJwt(body.token ?? "")).toMatchObject({ sub, roles: ["USER"] });
  });

  it("is not handed out without the session", async () => {
    const cookie = await newCookie();
    const forged = cookie.replace(/=\d+/, "=99999999999999");
    for (const given of [undefined, forged, "gx_console=1.a", `${cookie.slice(0, -2)}AA`]) {
      const { status, body } = await askToken({ role: "ADMIN" }, given);
      expect([given, status, body.errors?.[0]?.extensions.code]).toEqual([given, 401, "UNAUTHENTICATED"]);
      expect(body.errors?.[0]?.message).toContain("npx gx console");
    }
  });

  it.each([
    ["another port of this machine", "http://127.0.0.1:3000"],
    ["another name of this machine", "http://localhost:4000"],
    ["Apollo's studio", "https://studio.apollographql.com"],
    ["a page of the web", "https://gx.example"],
    ["no origin", ""],
  ])("is not handed out to %s", async (_, origin) => {
    const { status, body } = await askToken({ role: "ADMIN" }, await newCookie(), origin);
    expect([status, body.token]).toEqual([403, undefined]);
  });

  it("is refused with the field and the rule when the wish is malformed", async () => {
    const cookie = await newCookie();
    const { status, body } = await askToken({ role: "KING", sub: "me" }, cookie);
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions.fields).toEqual([
      { path: "role", message: "must be one of USER, PARTNER_API, ADMIN, SUPER_ADMIN" },
      { path: "sub", message: "must be a uuid in lower-case hex (8-4-4-4-12)" },
    ]);
  });
});

it("tells the page whether it has a session", async () => {
  const keyed = async (cookie: string) =>
    ((await (await get("/console/session", { cookie })).json()) as { keyed: boolean }).keyed;
  expect([await keyed(""), await keyed(await newCookie())]).toEqual([false, true]);
});

describe("the state of the parts", () => {
  const read = async () => {
    const text = await (await get("/console/status")).text();
    return { text, status: JSON.parse(text) as { at: string; parts: ({ name: string; state: string } & object)[] } };
  };

  it("names each with its state, since when, why not and what it tells of itself", async () => {
    const submitter = await eventually(async () => {
      const found = (await read()).status.parts.find(({ name }) => name === "submitter");
      return found?.state === "failing" ? found : undefined;
    }, "the submitter's report");
    expect(submitter).toMatchObject({
      ...{ name: "submitter", version: "1.2.3", since: expect.stringMatching(/^\d{4}-.*Z$/) },
      detail:
        "redis gx_admin: cannot reach postgresql://…@127.0.0.1:1/gx; identity org1-admin: the certificate has expired",
      facts: { memoryBytes: 50_000_000, queues: { gx_admin: { waiting: 3 } } },
    });
    const { status } = await read();
    expect(status.parts.map(({ name, state }) => [name, state])).toEqual([
      ["gateway", "starting"],
      ["subgraphs", "away"],
      ["submitter", "failing"],
      ["projector", "away"],
      ["ledger", "away"],
      ["postgresql", "ready"],
      ["redis", "away"],
    ]);
  });

  it("shows a network outside as the parts that use it see it, and what they tell of its peers", async () => {
    const { config } = graph;
    const read = openStatus({ ...config, embedded: { ...config.embedded, ledger: false } }, () => health.report());
    const { parts } = await read();
    expect(parts.map(({ name }) => name)).toEqual([
      ...["gateway", "subgraphs", "submitter", "projector", "fabric", "postgresql", "redis"],
    ]);
    expect(parts.find(({ name }) => name === "fabric")).toMatchObject({
      state: "failing",
      detail: "the certificate has expired",
    });
    expect(parts.find(({ name }) => name === "submitter")?.facts["peers"]).toEqual([peer]);
  });

  it("remembers since when a part is away", async () => {
    const look = async () => {
      const { at, parts } = (await read()).status;
      return { at, projector: parts.find(({ name }) => name === "projector") };
    };
    const first = await look();
    const later = await eventually(async () => {
      const now = await look();
      return now.at === first.at ? undefined : now;
    }, "another look at the parts");
    expect(later.projector).toEqual(first.projector);
  });

  it("holds no secret", async () => {
    const { text } = await read();
    const { config } = graph;
    for (const secret of ["hunter2", config.databaseUrl, config.redisUrl, config.home])
      expect(text).not.toContain(secret);
  });
});

it.each(["/console/session", "/console/status", "/?key=abc"])("%s is shown under no other name", async (path) => {
  const { hostname, port } = new URL(graph.url);
  const asked = request({ hostname, port, path, headers: { host: "gx.example" } }).end();
  const [response] = (await once(asked, "response")) as [{ statusCode: number; resume: () => void }];
  response.resume();
  expect(response.statusCode).toBe(403);
});

it("is not there where it is switched off", async () => {
  const other = await newGraph({ CONSOLE: "off" });
  try {
    for (const path of ["/", "/console/index.js", "/console/session", "/console/status"])
      expect([path, (await fetch(other.url + path)).status]).toEqual([path, 404]);
  } finally {
    await other.close();
  }
});

describe("outside development", () => {
  const status = { env: "testnet", version: "1", at: "", parts: [] } as const;
  async function askAs(roles: readonly string[] | undefined, method: "GET" | "POST", url: string): Promise<number> {
    const lines = newLines("info");
    const context = { config: graph.config, log: lines.log, metrics: newMetrics(), ops: () => false };
    const app = newWeb(context, { bodyBytes: 1_000, metrics: webMetrics(context) });
    await app.register(cookies);
    const caller = { sub: roles && "0b1d0000-0000-4000-8000-00000000000e", roles: roles ?? [] };
    const config = { ...graph.config, env: "testnet" } as const;
    const page = serveConsole(app, config, { callerOf: () => caller, status: () => Promise.resolve(status) });
    expect(page.before).toBeUndefined();
    const at = await app.listen({ host: "127.0.0.1", port: 0 });
    const { status: answered } = await fetch(at + url, { method, headers: { origin: at } });
    await app.close();
    return answered;
  }

  it("the console is off unless it is switched on", () => {
    expect(readConfig({ GX_ENV: "testnet" }).console).toBe(false);
    expect(readConfig({ GX_ENV: "testnet", CONSOLE: "on" }).console).toBe(true);
  });

  it.each([
    [401, undefined],
    [403, ["USER"]],
    [403, ["PARTNER_API"]],
    [200, ["ADMIN"]],
    [200, ["SUPER_ADMIN"]],
  ])("the state of the parts is answered with %d for roles %j", async (expected, roles) => {
    expect(await askAs(roles, "GET", "/console/status")).toBe(expected);
  });

  it("nobody gets a token", async () => {
    expect(await askAs(["SUPER_ADMIN"], "POST", "/console/token")).toBe(404);
  });
});

it("is less than 300 kB, all that the page loads together, as it is on the disk", async () => {
  const page = await (await get("/")).text();
  const files = [...page.matchAll(/(?:src|href)="(\/[^"]*\.\w+)"/g)].map(([, file]) => file as string);
  expect(files).toHaveLength(2);
  const sizes = await Promise.all(files.map(async (file) => (await (await get(file)).arrayBuffer()).byteLength));
  expect(sizes.reduce((sum, size) => sum + size, page.length)).toBeLessThan(300_000);
});
