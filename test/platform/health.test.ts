import { createServer, IncomingMessage, ServerResponse, type Server } from "node:http";
import { Socket, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { bareReadiness, createHealth, opsRoutes, toLoopback, type HealthControl } from "../../platform/health.js";
import { jest } from "@jest/globals";
import { createMetrics } from "../../platform/metrics.js";
import { newMetrics } from "./parts.js";

let health: HealthControl;
let server: Server;
let base = "";

beforeEach(async () => {
  health = createHealth("1.2.3");
  const metrics = createMetrics({
    service: "gateway",
    environment: "development",
    version: "1.2.3",
    digest: "abc",
    catalogue: "def",
  });
  metrics.counter("things_total", "Things.", ["kind"]).inc({ kind: "good" }, 2);
  const ops = opsRoutes(health, metrics);
  server = createServer((request, response) => {
    if (!ops(request, response)) response.writeHead(404).end("other");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  health.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

const readyz = async () => {
  const response = await fetch(`${base}/readyz`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

it("is starting, then ready, then draining", async () => {
  expect(await readyz()).toMatchObject({ status: 503, body: { status: "starting" } });
  health.started();
  expect(await readyz()).toMatchObject({ status: 200, body: { status: "ready", checks: [], version: "1.2.3" } });
  health.draining();
  expect(await readyz()).toMatchObject({ status: 503, body: { status: "draining" } });
});

it("shows each check with its detail, since when, and what the process tells of itself", async () => {
  health.started();
  health.check("database", () => "level 2");
  health.fact("height", () => 42);
  await until(() => health.ready());
  const { status, body } = await readyz();
  expect(status).toBe(200);
  expect(body).toEqual({
    status: "ready",
    version: "1.2.3",
    height: 42,
    checks: [{ name: "database", ok: true, detail: "level 2", since: expect.stringMatching(/Z$/) as string }],
  });
});

it("turns false when a check fails, says why without the password, and true at its first success", async () => {
  let works = false;
  health.started();
  health.check("database", () => {
    if (!works) throw new Error("cannot reach postgresql://gx:hunter2@db/gx");
  });
  await until(() => health.report().checks[0]?.detail !== "not checked yet");
  expect(await readyz()).toMatchObject({
    status: 503,
    body: { status: "failing", checks: [{ ok: false, detail: "cannot reach postgresql://gx:[redacted]@db/gx" }] },
  });
  works = true;
  await until(() => health.ready());
  works = false;
  await until(() => !health.ready());
});

it("never makes a request wait for a check that hangs", async () => {
  health.started();
  health.check("peer", () => new Promise(() => undefined));
  expect(await readyz()).toMatchObject({ status: 503, body: { checks: [{ name: "peer", ok: false }] } });
});

it("lives while the event loop turns, also under the older path, whatever a check says", async () => {
  health.check("database", () => {
    throw new Error("away");
  });
  for (const path of ["/livez", "/healthz"]) {
    const response = await fetch(`${base}${path}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: "alive",
      version: "1.2.3",
      checks: [
        { name: "event loop", ok: true, since: expect.any(String) as string, detail: expect.any(String) as string },
      ],
    });
  }
});

it("is stuck after 5 s without a turn of the event loop", () => {
  const now = Date.now();
  const clock = jest.spyOn(Date, "now").mockReturnValue(now + 4_000);
  try {
    expect(health.alive()).toBe(true);
    clock.mockReturnValue(now + 6_500);
    expect(health.alive()).toBe(false);
    expect(health.life()).toMatchObject({ status: "stuck", checks: [{ ok: false }] });
  } finally {
    clock.mockRestore();
  }
});

it("is shown in no page of others, and is what it says it is", async () => {
  for (const path of ["/livez", "/readyz", "/metrics"]) {
    const { headers } = await fetch(`${base}${path}`);
    expect([headers.get("x-content-type-options"), headers.get("x-frame-options")]).toEqual(["nosniff", "DENY"]);
  }
});

describe("on a port that others may reach", () => {
  const asked = (ops: ReturnType<typeof opsRoutes>, url: string, remoteAddress = "198.51.100.7") => {
    const socket = Object.defineProperty(new Socket(), "remoteAddress", { value: remoteAddress });
    const request = Object.assign(new IncomingMessage(socket), { method: "GET", url });
    const response = new ServerResponse(request);
    let body = "";
    jest.spyOn(response, "end").mockImplementation((chunk?: unknown) => {
      body += typeof chunk === "string" ? chunk : "";
      return response;
    });
    return { answered: ops(request, response), status: response.statusCode, body };
  };

  it("says whether it is ready and not a word more", () => {
    const bare = bareReadiness(health);
    expect(asked(bare, "/readyz?all")).toEqual({ answered: true, status: 503, body: "" });
    health.started();
    expect(asked(bare, "/readyz")).toEqual({ answered: true, status: 200, body: "" });
    for (const path of ["/livez", "/healthz", "/metrics"]) expect(asked(bare, path).answered).toBe(false);
  });

  it("is not there for another machine", () => {
    const ops = toLoopback(opsRoutes(health, newMetrics()));
    for (const own of ["127.0.0.1", "::1", "::ffff:127.0.0.1", "127.8.0.1"])
      expect([own, asked(ops, "/livez", own).answered]).toEqual([own, true]);
    for (const other of ["198.51.100.7", "::ffff:198.51.100.7", "2001:db8::1", "10.127.0.1"])
      expect([other, asked(ops, "/livez", other).answered]).toEqual([other, false]);
  });
});

it("shows metrics with the common labels and only the default metrics that are named", async () => {
  const response = await fetch(`${base}/metrics`);
  const text = await response.text();
  expect(response.headers.get("content-type")).toContain("text/plain");
  expect(text).toContain('things_total{kind="good",environment="development",service="gateway"} 2');
  expect(text).toMatch(/gx_build_info\{version="1.2.3",digest="abc",catalogue="def",.*\} 1/);
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1] ?? "");
  const defaults = names.filter((name) => !name.startsWith("process_"));
  expect(defaults.sort()).toEqual(["gx_build_info", "nodejs_eventloop_lag_p99_seconds", "things_total"]);
});

it("leaves every other request to the server it is mounted on", async () => {
  expect(await (await fetch(`${base}/graphql`)).text()).toBe("other");
  expect(await (await fetch(`${base}/readyz`, { method: "POST" })).text()).toBe("other");
});
