// One JSON object per line on stdout, with the field names that operators search for; readable lines on a terminal.
// Never a payload, token, key, certificate or connection string.
import { createRequire } from "node:module";
import { pino, type DestinationStream, type Logger, type LoggerOptions } from "pino";
import type { PinoPretty } from "pino-pretty";
import { codeOf, GxError } from "./errors.js";
import { hidden, withoutSecrets } from "./redaction.js";

export type { Logger } from "pino";

export interface LogOptions {
  service: string;
  environment: string;
  version: string;
  level: string;
}

const optionsOf = ({ service, environment, version, level }: LogOptions): LoggerOptions => ({
  level,
  base: { service, environment, version },
  messageKey: "message",
  errorKey: "error",
  timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
  formatters: { level: (label) => ({ level: label.toUpperCase() }), log: hidden },
  serializers: { error: errorFields },
  hooks: {
    logMethod(given, method) {
      const [first, second] = given as unknown[];
      if (typeof first === "string") return method.call(this, withoutSecrets(first));
      method.call(this, first as object, typeof second === "string" ? withoutSecrets(second) : undefined);
    },
  },
});

/**
 * The logger of one process: fields of operations.md 4.3 (timestamp, level, service, environment, version, message).
 * Errors go under `error`: `log.error({ error }, "Message")`.
 */
export function createLog(options: LogOptions, destination: DestinationStream = standardOutput()): Logger {
  return pino(optionsOf(options), destination);
}

function errorFields(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return { name: "thrown", message: withoutSecrets(String(thrown)) };
  const stack = withoutSecrets(stackWithCauses(thrown));
  const advice = thrown instanceof GxError ? thrown.advice : undefined;
  return { name: thrown.name, code: codeOf(thrown), message: withoutSecrets(thrown.message), advice, stack };
}

function stackWithCauses(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackWithCauses(error.cause)}` : stack;
}

function standardOutput(): DestinationStream {
  if (!process.stdout.isTTY) return pino.destination({ dest: 1, sync: true });
  // Loaded only here: the formatter costs memory that a server's process need not spend.
  const pretty = createRequire(import.meta.url)("pino-pretty") as typeof PinoPretty;
  return pretty({
    messageKey: "message",
    levelKey: "level",
    timestampKey: "timestamp",
    ignore: "service,environment,version",
    singleLine: true,
    sync: true,
  });
}
