// What the PostgreSQL driver throws, sorted in two: the database is away (come back later), or a defect of ours.
import { codeOf, GxError } from "./errors.js";

// SQLSTATE classes 08 (connection), 57P (shutdown, crash, starting) and single codes: too many connections, cancelled by the
// limit of time, ended while it waited for us in a transaction, read-only after a failover, and transactions that lost against another one (40001, 40P01).
const AWAY_CODES =
  /^(08...|57P0[1-5]|53300|57014|25P03|25006|40001|40P01|ECONN\w+|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/;
const AWAY_TEXTS =
  /^(Connection terminated|timeout e|Client has encountered a connection error|Query read timeout|Client was closed)/i;

/** True when the error says that PostgreSQL is away, overloaded or did not answer in time. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof GxError) return error.code === "UNAVAILABLE";
  if (AWAY_CODES.test(codeOf(error) ?? "")) return true;
  return error instanceof Error && AWAY_TEXTS.test(error.message);
}

/** GxError UNAVAILABLE in place of a driver's error that `isUnavailable`; any other error as it is. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof GxError || !isUnavailable(error)) return error;
  return new GxError("UNAVAILABLE", "The database does not answer.", { retry: "later", public: true, cause: error });
}
