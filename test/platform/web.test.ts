// The HTTP front of every process: how it ends.
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { readConfig } from "../../platform/config.js";
import { bareReadiness, createHealth, opsRoutes } from "../../platform/health.js";
import { newWeb, settle, webMetrics } from "../../platform/web.js";
import { eventually } from "../environment.js";
import { newLines, newMetrics } from "./parts.js";

function newServer(opsPort?: number, edge = false) {
  const config = { ...readConfig({ GX_ENV: "development" }), opsPort };
  const [metrics, health] = [newMetrics(), createHealth("0")];
  const ops = opsRoutes(health, metrics);
  health.started();
  const app = newWeb(
    { config, log: newLines().log, ops },
    {
      ...{ bodyBytes: 1_000, metrics: webMetrics({ metrics }) },
      ...(edge ? { readiness: bareReadiness(health) } : {}),
    },
  );
  app.addHook("onClose", async () => health.close());
  return app;
}

/** Over one connection as long as the server keeps it. */
async function asked(port: number, path: string, agent: Agent) {
  const request = get({ host: "127.0.0.1", port, path, agent });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, text, lets: response.headers.connection };
}

const portOf = (app: ReturnType<typeof newServer>) => (app.server.address() as AddressInfo).port;

test("does not wait for a connection that nobody asks anything over, as browsers open them", async () => {
  const app = newServer();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const silent = connect(portOf(app), "127.0.0.1");
  const over = once(silent, "close");
  await Promise.all([once(silent, "connect"), once(app.server, "connection")]);
  await app.close();
  await over;
});

test("answers a request that is under way before it ends", async () => {
  const app = newServer();
  const { begun, go } = serveSlowly(app);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const answer = fetch(`http://127.0.0.1:${portOf(app)}/slow`);
  await begun;
  const closed = app.close();
  // Longer than a connection without a request may last.
  await new Promise((resolve) => setTimeout(resolve, 700));
  go();
  expect(await (await answer).text()).toBe("answered");
  await closed;
});

describe("health and metrics", () => {
  const opsPaths = ["/livez", "/healthz", "/readyz", "/metrics"];
  const statuses = async (app: ReturnType<typeof newServer>) => {
    await app.listen({ host: "127.0.0.1", port: 0 });
    const agent = new Agent();
    const answers = await Promise.all(opsPaths.map((path) => asked(portOf(app), path, agent)));
    await app.close();
    return answers.map(({ status, text }) => [status, text === ""]);
  };

  test("are on the service port as long as they have no port of their own", async () => {
    expect(await statuses(newServer())).toEqual(opsPaths.map(() => [200, false]));
  });

  test("leave readiness behind, a status without a word, where the edge asks for it", async () => {
    const [livez, healthz, readyz, metrics] = await statuses(newServer(9_090, true));
    expect(readyz).toEqual([200, true]);
    expect([livez, healthz, metrics].map((answer) => answer?.[0])).toEqual([404, 404, 404]);
  });

  test("leave nothing behind elsewhere", async () => {
    expect((await statuses(newServer(9_090))).map(([status]) => status)).toEqual([404, 404, 404, 404]);
  });
});

describe("a server that leaves", () => {
  test("answers on, and asks each caller to let go of the connection", async () => {
    const app = newServer();
    app.get("/here", () => "answered");
    await app.listen({ host: "127.0.0.1", port: 0 });
    const agent = new Agent({ keepAlive: true });
    expect(await asked(portOf(app), "/here", agent)).toMatchObject({ status: 200, lets: "keep-alive" });
    const settled = settle([app], 200);
    expect(await asked(portOf(app), "/here", agent)).toEqual({ status: 200, text: "answered", lets: "close" });
    await settled;
    await app.close();
  });

  test("answers what comes over a connection of before while it closes", async () => {
    const app = newServer();
    const { begun, go } = serveSlowly(app);
    app.get("/here", () => "answered");
    await app.listen({ host: "127.0.0.1", port: 0 });
    // A second request on its way behind the first, as one that was sent at the very moment of the end.
    const socket = connect(portOf(app), "127.0.0.1");
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    socket.write("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
    await begun;
    const closed = app.close();
    await eventually(() => !app.server.listening);
    const over = once(socket, "close");
    const arrived = once(app.server, "request");
    socket.write("GET /here HTTP/1.1\r\nhost: x\r\n\r\n");
    await arrived;
    go();
    await over;
    await closed;
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(text).not.toContain("503");
  });
});

/** Answers /slow when it is let go; `begun` when somebody has asked. */
function serveSlowly(app: FastifyInstance): { begun: Promise<void>; go: () => void } {
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let go: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (go = resolve));
  app.get("/slow", async () => {
    begin();
    await gone;
    return "answered";
  });
  return { begun, go };
}
