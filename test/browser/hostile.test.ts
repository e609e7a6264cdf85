// Pages of others in the browser of somebody who has the console open: they read no token, no console, no graph.
// What the victim's browser holds is really there, and the victim's own page can use it: a hole would be seen.
import { createServer, request as httpRequest, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { newSystem, type System } from "../../bench/system.js";
import { consoleAddress } from "../../platform/console-key.js";
import { browserSuite } from "./browser.js";

const OFFSET = 1700;
const PORT = 4000 + OFFSET;
const EVIL = "evil.example";
const OWN = `http://127.0.0.1:${PORT}`;

let system: System;
let strangers: Server;
/** Where the stranger's pages are served, under any name of this machine. */
let elsewhere: number;
beforeAll(async () => {
  system = await newSystem(OFFSET);
  strangers = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end('<!doctype html><link rel="icon" href="data:,"><p>a page of somebody else</p>');
  });
  await new Promise<void>((resolve) => strangers.listen(0, "127.0.0.1", resolve));
  elsewhere = (strangers.address() as AddressInfo).port;
}, 120_000);
afterAll(async () => {
  strangers.close();
  await system.remove();
}, 60_000);

/** Every kind of route, also those that are answered before any other. */
const ROUTES: readonly (readonly [method: string, path: string])[] = [
  ...(
    [
      "/",
      "/explorer",
      "/sandbox",
      "/board",
      "/board/api/queues",
      "/console/session",
      "/console/status",
      "/nothing",
    ] as const
  ).map((path) => ["GET", path] as const),
  ...(["/livez", "/readyz", "/metrics", "/.well-known/jwks.json"] as const).map((path) => ["GET", path] as const),
  ...(["/graphql?query=%7B__typename%7D", "/graphql/stream"] as const).map((path) => ["GET", path] as const),
  ...(["/graphql", "/graphql/stream", "/console/token", "/board/sign-in", "/board/sign-out"] as const).map(
    (path) => ["POST", path] as const,
  ),
  ["OPTIONS", "/graphql"],
  ["HEAD", "/"],
];

const GRAPH = JSON.stringify({ query: "{ systemStatus { profile } }" });
const WISH = JSON.stringify({ role: "SUPER_ADMIN" });

describe("a request with names in it that are not this machine's", () => {
  function statusOf(method: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const asked = httpRequest({ host: "127.0.0.1", port: PORT, method, path, headers, agent: false }, (response) => {
        response.resume().once("end", () => resolve(response.statusCode));
      });
      asked.once("error", reject).end(method === "POST" ? GRAPH : undefined);
    });
  }
  const json = { "content-type": "application/json" };

  it.each([
    ["host", EVIL],
    ["host", `${EVIL}:${PORT}`],
    ["host", `127.0.0.1.${EVIL}:${PORT}`],
    ["host", `localhost:${PORT}.${EVIL}`],
    ["host", `0.0.0.0:${PORT}`],
    ["origin", `http://${EVIL}`],
    ["origin", `http://localhost.${EVIL}`],
    ["origin", `https://127.0.0.1:${PORT}`],
    ["origin", "null"],
  ])("is refused on every route: %s: %s", async (header, value) => {
    const statuses = await Promise.all(
      ROUTES.map(async ([method, path]) => [method, path, await statusOf(method, path, { ...json, [header]: value })]),
    );
    expect(statuses).toEqual(ROUTES.map(([method, path]) => [method, path, 403]));
  });

  it.each([`127.0.0.1:${PORT}`, `localhost:${PORT}`, `LOCALHOST:${PORT}`, `[::1]:${PORT}`])(
    "is looked at on every route when the host is %s",
    async (host) => {
      const open = ROUTES.filter(([, path]) => path !== "/console/token" && !path.startsWith("/board"));
      const statuses = await Promise.all(open.map(([method, path]) => statusOf(method, path, { ...json, host })));
      expect(statuses).not.toContain(403);
    },
  );

  const upgrade = (host: string, origin?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(PORT, "127.0.0.1", () => {
        const lines = [
          "GET /graphql HTTP/1.1",
          `Host: ${host}`,
          ...(origin ? [`Origin: ${origin}`] : []),
          ...["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
          ...["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: graphql-transport-ws"],
        ];
        socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      });
      socket.once("error", reject).once("data", (chunk: Buffer) => {
        socket.destroy();
        resolve(chunk.toString().split("\r\n", 1)[0] ?? "");
      });
    });

  it("becomes no socket", async () => {
    expect(await upgrade(`127.0.0.1:${PORT}`)).toBe("HTTP/1.1 101 Switching Protocols");
    expect(await upgrade(`${EVIL}:${PORT}`)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await upgrade(`127.0.0.1:${PORT}`, `http://${EVIL}`)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await upgrade(`127.0.0.1:${PORT}`, "null")).toMatch(/^HTTP\/1\.1 403 /);
  });
});

interface Try {
  readonly url: string;
  readonly method?: string;
  readonly type?: string;
  readonly body?: string;
  readonly credentials?: "include" | "omit";
}

/** What a page gets to read by each try: status and text, or "nothing". */
function read(page: Page, tries: readonly Try[]): Promise<string[]> {
  return page.evaluate(
    (all) =>
      Promise.all(
        all.map(async ({ url, method = "GET", type, body, credentials = "omit" }) => {
          try {
            const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
            const answer = await fetch(url, { method, headers, credentials, ...(body === undefined ? {} : { body }) });
            return `${answer.status} ${await answer.text()}`;
          } catch {
            return "nothing";
          }
        }),
      ),
    tries,
  );
}

const opened = (page: Page, kind: "WebSocket" | "EventSource", url: string): Promise<string> =>
  page.evaluate(
    ([which, address]) =>
      new Promise<string>((resolve) => {
        const stream =
          which === "WebSocket" ? new WebSocket(address, "graphql-transport-ws") : new EventSource(address);
        stream.onopen = () => resolve("open");
        stream.onerror = () => resolve("closed");
      }),
    [kind, url] as const,
  );

/** Adds an element to the page and says which of its events comes first. */
function added(page: Page, tag: "iframe" | "script", src: string): Promise<string> {
  return page.evaluate(`new Promise((resolve) => {
    const element = document.createElement(${JSON.stringify(tag)});
    element.onload = () => resolve("loaded");
    element.onerror = () => resolve("refused");
    element.src = ${JSON.stringify(src)};
    document.body.append(element);
  })`);
}

/** What frames of the gateway show within the page; empty when the browser shows nothing of it. */
async function framed(page: Page, url: string): Promise<string> {
  await added(page, "iframe", url);
  const frames = page.frames().filter((frame) => frame !== page.mainFrame() && frame.url().startsWith(OWN));
  return (await Promise.all(frames.map((frame) => frame.content()))).join("");
}

const tokenTries = (own: string): Try[] =>
  (["include", "omit"] as const).flatMap((credentials) =>
    ["application/json", "text/plain", "application/x-www-form-urlencoded"].map((type) => ({
      ...{ url: `${own}/console/token`, method: "POST", type, body: WISH, credentials },
    })),
  );

browserSuite(
  "a page of others in the browser of somebody who opened the console",
  (browser) => {
    /** A tab with console and board open, and one beside it, with the same cookies, at the stranger's address. */
    async function victim(address: string): Promise<{ own: Page; strange: Page }> {
      // What is refused stands on the console of the page that tried.
      browser.expectComplaint(/./);
      const own = await browser.tab();
      await own.goto(consoleAddress(system.home, PORT));
      const [token] = system.tokens("ADMIN");
      await own.evaluate(`fetch("/board/sign-in", { method: "POST", headers: { authorization: "Bearer ${token}" } })`);
      const strange = await browser.tab({}, own);
      await strange.goto(address);
      return { own, strange };
    }

    it("may use what it holds from the console's own page", async () => {
      const { own } = await victim(`http://${EVIL}:${elsewhere}/`);
      const [token, session, queues] = await read(own, [
        { url: "/console/token", method: "POST", type: "application/json", body: WISH, credentials: "include" },
        { url: "/console/session", credentials: "include" },
        { url: "/board/api/queues", credentials: "include" },
      ]);
      expect(token).toMatch(/^200 .*"token":"ey/);
      expect(session).toMatch(/^200 .*"keyed":true/);
      expect(queues).toMatch(/^200 \{"queues":/);
      const cookies = await own.context().cookies(OWN);
      expect(cookies).toContainEqual(
        expect.objectContaining({ name: "gx_console", httpOnly: true, sameSite: "Strict" }),
      );
      expect(await own.evaluate("document.cookie")).toBe("");
    });

    it("of another host reads no token, no page, no state and nothing of the graph", async () => {
      const { strange } = await victim(`http://${EVIL}:${elsewhere}/`);
      const tries: Try[] = [
        ...tokenTries(OWN),
        ...ROUTES.filter(([method]) => method === "GET").flatMap(([, path]) => [
          { url: OWN + path },
          { url: OWN + path, credentials: "include" as const },
        ]),
        ...["/graphql", "/graphql/stream"].flatMap((path) =>
          ["application/json", "text/plain"].map((type) => ({ url: OWN + path, method: "POST", type, body: GRAPH })),
        ),
      ];
      expect(await read(strange, tries)).toEqual(tries.map(() => "nothing"));
      expect(await opened(strange, "WebSocket", `ws://127.0.0.1:${PORT}/graphql`)).toBe("closed");
      expect(await opened(strange, "EventSource", `${OWN}/graphql/stream`)).toBe("closed");
      for (const path of ["/", "/explorer", "/board", "/console/session"])
        expect([path, await framed(strange, OWN + path)]).toEqual([path, ""]);
      for (const path of ["/console/session", "/console/status", "/console/index.js"])
        expect([path, await added(strange, "script", OWN + path)]).toEqual([path, "refused"]);
    });

    it("is turned away under a name that its owner points at this machine", async () => {
      const { strange } = await victim(`http://${EVIL}:${PORT}/`);
      expect(await strange.textContent("body")).toContain("The Host header names another machine");
      const tries: Try[] = [
        ...tokenTries(""),
        ...["/", "/console/session", "/readyz"].map((url) => ({ url, credentials: "include" as const })),
        { url: "/graphql", method: "POST", type: "application/json", body: GRAPH },
      ];
      for (const answer of await read(strange, tries)) expect(answer).toMatch(/^403 .*"code":"FORBIDDEN"/);
      expect(await opened(strange, "WebSocket", `ws://${EVIL}:${PORT}/graphql`)).toBe("closed");
    });

    it.each(["127.0.0.1", "localhost"])(
      "of another port of %s uses the graph, but neither the console nor its tokens",
      async (host) => {
        const { strange } = await victim(`http://${host}:${elsewhere}/`);
        const [graph] = await read(strange, [
          { url: `${OWN}/graphql`, method: "POST", type: "application/json", body: GRAPH },
        ]);
        expect(graph).toBe('200 {"data":{"systemStatus":{"profile":"devnet"}}}');
        expect(await opened(strange, "WebSocket", `ws://127.0.0.1:${PORT}/graphql`)).toBe("open");
        for (const own of [OWN, `http://localhost:${PORT}`])
          for (const answer of await read(strange, tokenTries(own))) expect(answer).not.toContain('"token"');
        const held = ["/board/api/queues", "/console/session"].map((path): Try => ({
          url: OWN + path,
          credentials: "include",
        }));
        expect(await read(strange, held)).toEqual(["nothing", "nothing"]);
        expect(await framed(strange, `${OWN}/`)).toBe("");
      },
    );

    it("gets its commands by no form that it submits", async () => {
      const { strange } = await victim(`http://${EVIL}:${elsewhere}/`);
      const [answer] = await Promise.all([
        strange.waitForResponse((response) => response.url() === `${OWN}/graphql`),
        strange.evaluate(`{
          const form = document.createElement("form");
          Object.assign(form, { method: "post", action: "${OWN}/graphql", enctype: "text/plain" });
          document.body.append(form);
          form.submit();
        }`),
      ]);
      expect(answer.status()).toBe(403);
    });
  },
  { mapped: [EVIL] },
);
