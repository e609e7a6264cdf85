// The queues behind HTTP: who may look, what is shown, and that nothing can be changed.
import { get as rawGet } from "node:http";
import { eventually } from "../environment.js";
import { jobsOf, newGraph, type Graph } from "./graph.js";
import { newWorld, ADA, EMMA } from "./world.js";

let graph: Graph;
let sent: string;
beforeAll(async () => {
  graph = await newGraph();
  await newWorld(graph.history);
  const query = `mutation { transfer(to: "${EMMA}", amount: "1", idempotencyKey: "shown-on-board") { commandId } }`;
  const paid = await graph.ask<{ transfer: { commandId: string } }>(query, {}, await graph.token("USER", ADA));
  sent = paid.data?.transfer.commandId ?? "";
  await jobsOf(graph, "gx_partner_api", 1);
});
afterAll(() => graph.close());

interface Sent {
  method?: string;
  cookie?: string;
  headers?: Record<string, string>;
}
async function to(path: string, { method = "GET", cookie, headers = {} }: Sent = {}) {
  const given = cookie === undefined ? headers : { ...headers, cookie };
  const response = await fetch(`${graph.url}${path}`, { method, headers: given });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Signs in as the console does; the cookie of the answer. */
async function signIn(token: string, origin: string | undefined = graph.url) {
  const headers = { authorization: `Bearer ${token}`, ...(origin ? { origin } : {}) };
  const answer = await to("/board/sign-in", { method: "POST", headers });
  return { ...answer, cookie: answer.headers.getSetCookie()[0] ?? "" };
}
const cookieOf = async (role: string) => (await signIn(await graph.token(role))).cookie.split(";")[0] as string;

it("holds no connection to Redis for the board until somebody looks", async () => {
  const before = await connections();
  await to("/board/api/queues", { cookie: await cookieOf("ADMIN") });
  expect(await connections()).toBe(before + 1);
});
const connections = async () => ((await graph.redis.client.client("LIST")) as string).trim().split("\n").length;

describe("without a signed-in admin", () => {
  it.each(["/board", "/board/", "/board/queue/gx_admin", "/board/api/queues", "/board/static/css/main.css"])(
    "%s is 401",
    async (path) => expect((await to(path)).status).toBe(401),
  );

  it("a browser is told how to sign in", async () => {
    const { status, text, headers } = await to("/board", { headers: { accept: "text/html" } });
    expect([status, headers.get("content-type")]).toEqual([401, "text/html; charset=utf-8"]);
    expect(text).toContain("sign in as an admin there");
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
  });

  it("a token in the header alone does not open it, nor does a cookie that holds none", async () => {
    const token = await graph.token("ADMIN");
    expect((await to("/board", { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
    expect((await to("/board", { cookie: "gx_board=something" })).status).toBe(401);
    expect((await to("/board", { cookie: `gx_board=${await graph.token("USER")}` })).status).toBe(403);
  });

  it.each(["USER", "PARTNER_API"])("a %s cannot sign in", async (role) => {
    const { status, cookie } = await signIn(await graph.token(role));
    expect([status, cookie]).toEqual([403, ""]);
  });

  it.each([undefined, "http://localhost:3000", "https://studio.apollographql.com"])(
    "a page of the origin %s cannot sign anybody in",
    async (origin) => {
      const headers = { authorization: `Bearer ${await graph.token("ADMIN")}`, ...(origin ? { origin } : {}) };
      const answer = await to("/board/sign-in", { method: "POST", headers });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
    },
  );
});

describe.each(["ADMIN", "SUPER_ADMIN"])("a signed-in %s", (role) => {
  it("gets a cookie for the board alone, which no script reads and no other site sends", async () => {
    const { status, cookie } = await signIn(await graph.token(role));
    expect([status, cookie.replace(/=[^;]*/, "=…")]).toEqual([
      204,
      "gx_board=…; Path=/board; HttpOnly; SameSite=Strict",
    ]);
  });

  it("sees the three queues, and jobs by the names of their commands", async () => {
    const { text } = await to("/board/api/queues?activeQueue=gx_partner_api&status=waiting", {
      cookie: await cookieOf(role),
    });
    const { queues } = JSON.parse(text) as { queues: Queue[] };
    expect(queues.map(({ name, displayName, readOnlyMode }) => [name, displayName, readOnlyMode])).toEqual([
      ["gx_super_admin", "super admins (SA)", true],
      ["gx_admin", "admins (AD)", true],
      ["gx_partner_api", "participants (PA)", true],
    ]);
    const [job] = queues.at(2)?.jobs ?? [];
    expect(job).toMatchObject({ id: sent, name: `transfer …${sent.slice(-8)}`, data: { id: sent } });
    expect(job?.externalUrl).toEqual({ href: `/#/command/${sent}`, displayText: "Timeline" });
  });

  it.each([
    ["PUT", `/board/api/queues/gx_partner_api/pause`],
    ["PUT", `/board/api/queues/gx_partner_api/empty`],
    ["PUT", `/board/api/queues/gx_partner_api/obliterate`],
    ["POST", `/board/api/queues/gx_partner_api/add`],
    ["PATCH", `/board/api/queues/gx_partner_api/anything`],
    ["DELETE", "/board/api/queues/gx_partner_api"],
    ["POST", "/board"],
  ])("cannot change anything: %s %s", async (method, path) => {
    const { status, headers } = await to(path, { method, cookie: await cookieOf(role) });
    expect([status, headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect(await graph.redis.client.llen("bull:gx_partner_api:wait")).toBe(1);
  });
});
interface Queue {
  name: string;
  displayName: string;
  readOnlyMode: boolean;
  jobs: { id: string; name: string; data: unknown; externalUrl?: unknown }[];
}

it("its page asks no other host, and all of its files are there", async () => {
  const cookie = await cookieOf("ADMIN");
  const { status, text, headers } = await to("/board", { cookie });
  expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/https?:|unsafe-eval|script-src/);
  const files = [...text.matchAll(/(?:src|href)="(static[^"]*)"/g)].map(([, file]) => `/board/${file}`);
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) expect([file, (await to(file, { cookie })).status]).toEqual([file, 200]);
});

it("signing out ends it", async () => {
  const cookie = await cookieOf("ADMIN");
  const out = await to("/board/sign-out", { method: "POST", cookie, headers: { origin: graph.url } });
  expect(out.headers.getSetCookie()[0]).toMatch(/^gx_board=; Max-Age=0; Path=\/board;/);
});

it("another Host is refused before any of this", async () => {
  const { hostname, port } = new URL(graph.url);
  const cookie = await cookieOf("ADMIN");
  const status = new Promise((resolve) =>
    rawGet({ hostname, port, path: "/board", headers: { host: "gx.example", cookie } }, (response) =>
      resolve(response.resume().statusCode),
    ),
  );
  expect(await status).toBe(403);
});

it("says that Redis is away, and shows the queues again when it is back", async () => {
  const cookie = await cookieOf("ADMIN");
  expect((await to("/board/api/queues", { cookie })).status).toBe(200);
  await graph.redis.kill();
  const told = await to("/board/api/queues", { cookie });
  expect([told.status, told.text]).toEqual([500, expect.stringContaining("Redis is away")]);
  const fresh = await newGraph();
  await fresh.redis.kill();
  try {
    const token = `gx_board=${await fresh.token("ADMIN")}`;
    const page = () => fetch(`${fresh.url}/board`, { headers: { cookie: token, accept: "text/html" } });
    const first = await page();
    expect([first.status, await first.text()]).toEqual([503, expect.stringContaining("Redis is away")]);
    await fresh.redis.start();
    await eventually(async () => {
      const next = await page();
      await next.text();
      return next.status === 200;
    }, "the board to come back");
  } finally {
    await fresh.close();
  }
  await graph.redis.start();
  await eventually(async () => (await to("/board/api/queues", { cookie })).status === 200, "the queues");
});
