// What the console's page asks of the gateway besides the graph: its session, development tokens, the state of every part.
// Never hands a token to a page of another origin, nor any outside development.
import type { FastifyInstance, FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from "fastify";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { tokenRoles, type TokenRole } from "../catalogue/roles.js";
import { uuid } from "../catalogue/kinds.js";
import type { Caller } from "../platform/auth.js";
import type { Config } from "../platform/config.js";
import { redeemConsoleKey } from "../platform/console-key.js";
import { developmentIdentities } from "../platform/development-identities.js";
import { developmentToken } from "../platform/devkeys.js";
import { GxError } from "../platform/errors.js";
import { refuse } from "../platform/web.js";
import type { ReadStatus } from "./console-status.js";
import { isOwnOrigin } from "./origin.js";
import type { Page } from "./pages.js";
import { openSessions, type Sessions } from "./session.js";

/** Lifetime of a token that the console gets. */
const TOKEN_SECONDS = 8 * 3_600;

export interface ConsoleOptions {
  readonly callerOf: (request: FastifyRequest) => Caller;
  readonly status: ReadStatus;
}

/** Adds the console's routes; the page that goes with them. */
export function serveConsole(app: FastifyInstance, config: Config, options: ConsoleOptions): Page {
  const development = config.env === "development";
  const sessions = development ? openSessions(config.home) : undefined;
  app.get("/console/session", (request, reply) => {
    void reply.header("cache-control", "no-store");
    const { env, version, explorer } = config;
    const board = app.hasRoute({ method: "POST", url: "/board/sign-in" });
    return { env, version, explorer, board, keyed: sessions?.holds(request) ?? false };
  });
  app.get("/console/status", async (request, reply) => {
    void reply.header("cache-control", "no-store");
    if (!development) demandAdmin(options.callerOf(request));
    return options.status();
  });
  if (!sessions) return { name: "console", path: "/" };
  app.post("/console/token", (request, reply) => handOut(config, sessions, request, reply));
  return { name: "console", path: "/", before: redeemKey(config, sessions) };
}

function demandAdmin({ sub, roles }: Caller): void {
  if (sub === undefined) throw new GxError("UNAUTHENTICATED", "A token is needed for this.", { public: true });
  if (!roles.some((role) => role === "ADMIN" || role === "SUPER_ADMIN"))
    throw new GxError("FORBIDDEN", "The caller may not do or see this.", { public: true });
}

/** The key leaves the address at once: it stays neither in the history nor in what is copied. */
function redeemKey({ home }: Config, sessions: Sessions): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    const { key } = request.query as { key?: unknown };
    // Whoever only looks whether something is there must not use the key up.
    if (key === undefined || request.method !== "GET") return;
    const good = typeof key === "string" && redeemConsoleKey(home, key);
    if (good) sessions.begin(reply);
    const place = good || sessions.holds(request) ? "/" : "/#/key";
    await reply.headers({ "cache-control": "no-store", "referrer-policy": "no-referrer" }).redirect(place, 303);
  };
}

const wish = z.strictObject({
  role: z.enum(tokenRoles, `must be one of ${tokenRoles.join(", ")}`),
  sub: uuid().zod.optional(),
});

async function handOut(config: Config, sessions: Sessions, request: FastifyRequest, reply: FastifyReply) {
  void reply.header("cache-control", "no-store");
  if (!isOwnOrigin(request)) {
    const message = "Only the console's own page gets tokens.";
    return refuse(request, reply, { status: 403, code: "FORBIDDEN", message });
  }
  if (!sessions.holds(request)) {
    const message = "The console was not opened by its key. A new address is printed by: npx gx console";
    return refuse(request, reply, { status: 401, code: "UNAUTHENTICATED", message });
  }
  const parsed = wish.safeParse(request.body);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    const message = "A field of the input is missing, unknown or malformed.";
    return refuse(request, reply, { status: 400, code: "INVALID_INPUT", message, details: { fields } });
  }
  const { role, sub = identityOf(role) } = parsed.data;
  const token = await developmentToken(config, { sub, roles: [role], ttlSeconds: TOKEN_SECONDS });
  return { token, role, sub, expiresAt: new Date(Date.now() + TOKEN_SECONDS * 1_000).toISOString() };
}

const identityOf = (role: TokenRole): string => (role === "USER" ? randomUUID() : developmentIdentities[role]);
