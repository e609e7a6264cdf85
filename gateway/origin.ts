// Who may talk to a gateway on a development machine: this machine's own names, and pages from it or from Apollo's studio.
// Keeps pages of the web from reaching it through the browser of its developer.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Refusal } from "../platform/web.js";

const HOSTS: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];
const STUDIO = "https://studio.apollographql.com";
const GRAPH = /^\/graphql(\/stream)?(\?|$)/;
const READABLE = "x-request-id, x-gx-block, x-trace-id, ratelimit, ratelimit-policy, retry-after";

/** Headers that a page may send, where it does not say which. */
const ALLOWED =
  "authorization, content-type, x-gx-after, x-request-id, traceparent, apollo-require-preflight, x-apollo-operation-name";
const hostOf = (host: string): string => host.replace(/:\d+$/, "").toLowerCase();

function isLocal(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  return protocol === "http:" && HOSTS.includes(hostname);
}

/** 403 for a foreign Host or Origin. */
export function admitLocal({ headers }: IncomingMessage): Refusal | undefined {
  const { host, origin } = headers;
  if (host === undefined || !HOSTS.includes(hostOf(host))) return foreign("Host");
  if (origin !== undefined && origin !== STUDIO && !isLocal(origin)) return foreign("Origin");
  return undefined;
}

const foreign = (header: string): Refusal => ({
  ...{ status: 403, code: "FORBIDDEN" },
  message: `The ${header} header names another machine; in development the gateway answers this one alone.`,
});

/** Lets pages that `admitLocal` lets in read the graph's answers; nothing else, and nothing by a cookie. */
export function allowOrigin({ headers, url }: IncomingMessage, response: Pick<ServerResponse, "setHeader">): void {
  response.setHeader("vary", "origin");
  if (headers.origin === undefined || !GRAPH.test(url ?? "")) return;
  response.setHeader("access-control-allow-origin", headers.origin);
  response.setHeader("access-control-allow-methods", "GET, POST");
  // Tools name headers of their own; none of them means anything here.
  const named = headers["access-control-request-headers"];
  response.setHeader("access-control-allow-headers", named ?? ALLOWED);
  response.setHeader("access-control-expose-headers", READABLE);
  // Chrome asks so where a page of the web, as Apollo's studio is, asks a server of this machine.
  if (headers["access-control-request-private-network"] === "true")
    response.setHeader("access-control-allow-private-network", "true");
  response.setHeader("access-control-max-age", "600");
}

/** Whether a page of this very address asks: another port of the machine is another origin. */
export function isOwnOrigin({ headers: { origin, host } }: Pick<IncomingMessage, "headers">): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
