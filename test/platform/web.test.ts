// The HTTP front of every process: how it ends.
import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { readConfig } from "../../platform/config.js";
import { newWeb, webMetrics } from "../../platform/web.js";
import { newLines, newMetrics } from "./parts.js";

function newServer() {
  const config = { ...readConfig({ GX_ENV: "development" }), opsPort: undefined };
  const metrics = newMetrics();
  const ops = () => false;
  return newWeb({ config, log: newLines().log, ops }, { bodyBytes: 1_000, metrics: webMetrics({ metrics }) });
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
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let go: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (go = resolve));
  app.get("/slow", async () => {
    begin();
    await gone;
    return "answered";
  });
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
