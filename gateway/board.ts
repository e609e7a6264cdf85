// The queues as operators see them, behind a signed-in admin: the cookie holds the token, which is verified at each request.
// Never shows anything without one, and never changes anything.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authenticate, Caller } from "../platform/auth.js";
import { anonymous } from "../platform/auth.js";
import type { Config } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import type { Logger } from "../platform/log.js";
import { refuse, type Refusal } from "../platform/web.js";
import type { BoardView } from "./board-view.js";
import { pageHeaders } from "./pages.js";
import { isOwnOrigin } from "./origin.js";

export const BOARD_COOKIE = "gx_board";

export interface BoardOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly authenticate: Authenticate;
  readonly callerOf: (request: FastifyRequest) => Caller;
}

export function serveBoard(app: FastifyInstance, { config, log, authenticate, callerOf }: BoardOptions): void {
  const cookie = { httpOnly: true, sameSite: "strict", path: "/board", secure: config.env !== "development" } as const;
  const look = openLook(config, log);
  app.addHook("onClose", look.close);

  app.post("/board/sign-in", (request, reply) => {
    if (!isOwnOrigin(request)) return refuse(request, reply, elsewhere);
    const refusal = refusalOf(callerOf(request));
    if (refusal) return refuse(request, reply, refusal);
    const token = request.headers.authorization?.replace(/^Bearer /i, "") ?? "";
    return reply.setCookie(BOARD_COOKIE, token, cookie).code(204).send();
  });
  app.post("/board/sign-out", (request, reply) => {
    if (!isOwnOrigin(request)) return refuse(request, reply, elsewhere);
    return reply.clearCookie(BOARD_COOKIE, cookie).code(204).send();
  });

  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    const caller = await authenticate(bearerOf(request)).catch(() => anonymous);
    const refusal = refusalOf(caller);
    if (refusal) return tell(request, reply, refusal);
    try {
      (await look.open()).show(request, reply);
      return reply;
    } catch (error) {
      if (error instanceof GxError && error.code === "UNAVAILABLE") return tell(request, reply, away);
      throw error;
    }
  };
  for (const url of ["/board", "/board/*"]) {
    app.get(url, show);
    const refuseChange = async (request: FastifyRequest, reply: FastifyReply) =>
      refuse(request, reply.header("allow", "GET, HEAD"), readOnly);
    // Before a body is looked at.
    app.route({ method: ["POST", "PUT", "PATCH", "DELETE"], url, onRequest: refuseChange, handler: refuseChange });
  }
}

/** Opened by the first look, and again by the next one after a failure. */
function openLook({ redisUrl, console }: Config, log: Logger) {
  let view: Promise<BoardView> | undefined;
  const open = async () => {
    const { openBoardView } = await import("./board-view.js");
    return openBoardView({ redisUrl }, log, console);
  };
  return {
    open: () =>
      (view ??= open().catch((error: unknown) => {
        view = undefined;
        throw error;
      })),
    close: async () => (await view)?.close(),
  };
}

const bearerOf = ({ cookies: { [BOARD_COOKIE]: token } }: FastifyRequest): string | undefined =>
  token === undefined ? undefined : `Bearer ${token}`;

function refusalOf({ sub, roles }: Caller): Refusal | undefined {
  if (sub === undefined) return signedOut;
  return roles.some((role) => role === "ADMIN" || role === "SUPER_ADMIN") ? undefined : notAdmin;
}

const signedOut = {
  ...{ status: 401, code: "UNAUTHENTICATED" },
  message:
    "The queues are shown to admins who have signed in. Open the console, sign in as an admin there, and come back.",
};
const notAdmin = { status: 403, code: "FORBIDDEN", message: "The queues are shown to admins alone." };
const away = {
  ...{ status: 503, code: "UNAVAILABLE" },
  message: "Redis is away. Commands are kept, and run when it is back; this page shows the queues then.",
};
const elsewhere = {
  status: 403,
  code: "FORBIDDEN",
  message: "Only a page of the gateway itself signs in and out here.",
};
const readOnly = {
  ...{ status: 405, code: "METHOD_NOT_ALLOWED" },
  message: "The board only shows. A command that failed is run again by replayCommand.",
};

/** For eyes where a page was asked for, as an error otherwise. */
function tell(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  void reply.header("cache-control", "no-store");
  if (!request.headers.accept?.includes("text/html")) return refuse(request, reply, refusal);
  return reply.code(refusal.status).headers(pageHeaders()).type("text/html; charset=utf-8").send(pageOf(refusal));
}

const pageOf = ({ message }: Refusal): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="data:," />
    <title>GX queues</title>
  </head>
  <body>
    <h1>GX queues</h1>
    <p>${message}</p>
    <p><a href="/">Console</a> · <a href="/board">Try again</a></p>
  </body>
</html>
`;
