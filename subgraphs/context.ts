// What a resolver may use: the verified caller, rows, and the way in for commands. One per request.
import { tokenRoles } from "../catalogue/roles.js";
import type { Accept } from "../platform/accept.js";
import type { RowCache } from "../platform/cache.js";
import type { Registrations } from "../platform/registrations.js";
import type { Replay } from "../platform/replay.js";
import type { Reads } from "../platform/reads.js";
import type { Stated } from "../platform/statement.js";
import { newRows, type Rows } from "./rows.js";

export interface Ports {
  readonly reads: Reads;
  readonly cache: RowCache;
  readonly accept: Accept;
  readonly registrations: Registrations;
  readonly replay: Replay;
  /** Most rows of one page. */
  readonly pageSize: number;
}

export interface Context extends Ports, Stated {
  /** ADMIN or SUPER_ADMIN. */
  readonly admin: boolean;
  readonly requestId: string;
  readonly traceId: string;
  readonly rows: Rows;
}

const [, , ADMIN, SUPER_ADMIN] = tokenRoles;

export function newContext(
  ports: Ports,
  { caller, after }: Stated,
  names: Pick<Context, "requestId" | "traceId">,
): Context {
  const admin = caller.roles.includes(ADMIN) || caller.roles.includes(SUPER_ADMIN);
  return { ...ports, caller, after, admin, ...names, rows: newRows(ports) };
}
