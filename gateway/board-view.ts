// bull-board over the queues of the signing roles. Loaded when the first admin looks: until then it costs nothing.
// Never lets anything be changed: what is changed in Redis is put right from the command log anyhow.
import type { FastifyReply, FastifyRequest } from "fastify";
import fastify from "fastify";
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { FastifyAdapter } from "@bull-board/fastify";
import { signers, signingRoles, type SigningRole } from "../catalogue/roles.js";
import type { Logger } from "../platform/log.js";
import { openSpectator } from "../platform/queue.js";
import { pageHeaders } from "./pages.js";

export const BOARD = "/board";

export interface BoardView {
  /** Answers a request that may look. */
  show(request: FastifyRequest, reply: FastifyReply): void;
  close(): Promise<void>;
}

const titles: Readonly<Record<SigningRole, string>> = {
  gx_super_admin: "super admins",
  gx_admin: "admins",
  gx_partner_api: "participants",
};

/** Its pages carry styles in attributes, and name the folder of their files once. */
const policy = { "style-src": "'self' 'unsafe-inline'", "base-uri": "'self'" };
const headers = { ...pageHeaders(policy), "cache-control": "no-cache" };
/** The page asks for fonts elsewhere; it has others to fall back on. */
const FONTS_ELSEWHERE = /<link href="https:[^>]*>/g;

/** The board's own form of an error; its page shows the message. */
const AWAY = {
  status: 500,
  body: {
    error: { key: "ERRORS.INTERNAL_SERVER_ERROR" },
    message: "Redis is away. Commands are kept, and run when it is back.",
  },
} as const;

/** @throws GxError UNAVAILABLE while Redis is away. */
export async function openBoardView(
  { redisUrl: url }: { redisUrl: string },
  log: Logger,
  console: boolean,
): Promise<BoardView> {
  const spectator = await openSpectator({ url, log }, signingRoles);
  const adapter = new FastifyAdapter();
  createBullBoard({
    queues: spectator.queues.map((queue) => adapterOf(queue, console)),
    serverAdapter: adapter.setBasePath(BOARD),
    options: {
      uiConfig: {
        ...{ boardTitle: "GX queues", hideDocsLink: true, locale: { lng: "en-US" } },
        ...(console ? { miscLinks: [{ text: "Console", url: "/" }] } : {}),
      },
    },
  });
  adapter.setErrorHandler(() => AWAY);
  const app = fastify();
  app.addHook("onSend", async (_, reply, payload) => {
    void reply.headers(headers);
    return typeof payload === "string" ? payload.replace(FONTS_ELSEWHERE, "") : payload;
  });
  await app.register(adapter.registerPlugin(), { prefix: BOARD });
  await app.ready();
  return {
    show: (request, reply) => {
      reply.hijack();
      reply.raw.setHeader("x-request-id", request.id);
      app.routing(request.raw, reply.raw);
    },
    close: async () => {
      await app.close();
      spectator.close();
    },
  };
}

function adapterOf(queue: ConstructorParameters<typeof BullMQAdapter>[0], console: boolean): BullMQAdapter {
  const role = queue.name as SigningRole;
  return new BullMQAdapter(queue, {
    readOnlyMode: true,
    displayName: `${titles[role]} (${signers[role].short})`,
    description: `Commands that ${signers[role].identity} signs; queue ${role}.`,
    ...(console ? { externalJobUrl: ({ id }) => ({ href: `/#/command/${id ?? ""}`, displayText: "Timeline" }) } : {}),
  });
}
