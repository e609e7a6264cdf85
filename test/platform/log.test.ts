import { GxError, messageOf } from "../../platform/errors.js";
import { createLog } from "../../platform/log.js";

function capture() {
  const lines: Record<string, unknown>[] = [];
  const log = createLog(
    { service: "projector", environment: "development", version: "1.2.3", level: "debug" },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  return { log, lines };
}

it("writes the fields that operators search for", () => {
  const { log, lines } = capture();
  log.info({ block: 7, lag_ms: 12 }, "Projecting");
  expect(lines).toEqual([
    {
      level: "INFO",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      service: "projector",
      environment: "development",
      version: "1.2.3",
      block: 7,
      lag_ms: 12,
      message: "Projecting",
    },
  ]);
});

it.each([
  ["trace", []],
  ["debug", ["DEBUG"]],
  ["warn", ["WARN"]],
  ["fatal", ["FATAL"]],
] as const)("writes %s as %j", (level, expected) => {
  const { log, lines } = capture();
  log[level]("Line");
  expect(lines.map((line) => line["level"])).toEqual(expected);
});

it("writes an error with name, code, stack and what caused it", () => {
  const { log, lines } = capture();
  const cause = new Error("connection refused");
  log.error(
    { error: new GxError("UNAVAILABLE", "no database", { retry: "later", cause }) },
    "Database connection error",
  );
  const error = lines[0]?.["error"] as Record<string, string>;
  expect(error).toMatchObject({ name: "GxError", code: "UNAVAILABLE", message: "no database" });
  expect(error["stack"]).toContain("caused by Error: connection refused");
});

it.each(["password", "token", "authorization", "key", "privateKey", "certificate", "input", "payload", "databaseUrl"])(
  "hides %s, at the top and one level below",
  (field) => {
    const { log, lines } = capture();
    log.info({ [field]: "hunter2", request: { [field]: "hunter2" } }, "Line");
    expect(JSON.stringify(lines)).not.toContain("hunter2");
    expect(lines[0]).toMatchObject({ [field]: "[redacted]" });
  },
);

it("hides the password of a connection string inside an error", () => {
  const { log, lines } = capture();
  log.error({ error: new Error("cannot reach postgresql://gx:hunter2@db/gx") }, "Failed");
  expect(JSON.stringify(lines)).not.toContain("hunter2");
  expect(messageOf(new Error("at redis://:hunter2@host:6379"))).toBe("at redis://:[redacted]@host:6379");
});
