// The pages that the gateway serves, as they were built, from its own origin and with headers that let them reach no other.
// Never put anything of a caller into a page.
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, preHandlerAsyncHookHandler } from "fastify";

/** Directives of a content security policy: name → sources. */
export type Policy = Readonly<Record<string, string>>;

export interface Page {
  /** Folder under dist/pages: its index.html is the page, the rest is served under /<name>/. */
  readonly name: string;
  readonly path: string;
  /** What this page's policy says otherwise than `ownOriginOnly`. */
  readonly policy?: Policy;
  /** Runs before the page is sent; whatever it sends is sent instead. */
  readonly before?: preHandlerAsyncHookHandler;
}

/** No script, style, picture or connection but our own; nobody may frame the page. */
export const ownOriginOnly: Policy = {
  "default-src": "'self'",
  "base-uri": "'none'",
  "connect-src": "'self'",
  "form-action": "'self'",
  "frame-ancestors": "'none'",
  "img-src": "'self' data:",
  "object-src": "'none'",
};

/** Headers of a page and of its files. */
export function pageHeaders(policy: Policy = {}): Readonly<Record<string, string>> {
  const directives = Object.entries({ ...ownOriginOnly, ...policy }).map(([name, sources]) => `${name} ${sources}`);
  return {
    "content-security-policy": directives.join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
}

/** Serves what `cli/build.mjs` left in dist/pages under `root`. A page that was not built is not there. */
export async function servePages(app: FastifyInstance, root: string, pages: readonly Page[]): Promise<void> {
  await app.register(fastifyStatic, { serve: false, cacheControl: false });
  for (const page of pages) servePage(app, join(root, "dist", "pages", page.name), page);
}

function servePage(app: FastifyInstance, folder: string, { name, path, policy, before }: Page): void {
  // The etag is asked for each time: a page and its code are always of one build.
  const headers = { ...pageHeaders(policy), "cache-control": "no-cache" };
  app.get(path, before ? { preHandler: before } : {}, (_, reply) =>
    reply.headers(headers).sendFile("index.html", folder),
  );
  app.get<{ Params: { "*": string } }>(`/${name}/*`, ({ params }, reply) =>
    reply.headers(headers).sendFile(params["*"], folder),
  );
}
