// The supergraph that is served now, and a better one as soon as its file holds it. Never lets go of one that works:
// what cannot be read is refused and named once, and requests end with the supergraph that they began with.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { codeOf, GxError, messageOf } from "../platform/errors.js";
import type { Logger } from "../platform/log.js";
import type { Documents } from "./documents.js";
import { idOf } from "./supergraph.js";

export interface ReloadPorts {
  readonly file: string;
  readonly log: Logger;
  /** Makes what is served of a supergraph's text. @throws Error saying what is wrong with it. */
  read(sdl: string): Documents;
  /** Plans what callers are going to ask; `before` is what was served until now. */
  warm(documents: Documents, before?: Documents): Promise<void>;
}

export interface Served {
  now(): Documents;
  close(): void;
}

/** Between two looks at the file. A text counts when two looks found it: half a file is no supergraph. */
const LOOK_MS = 500;

/** Serves what the file holds. @throws GxError SETTINGS when that is no supergraph at the start. */
export async function serveSupergraph(ports: ReloadPorts): Promise<Served> {
  const { file, log } = ports;
  let served = await first(ports);
  let seen = "";
  let refused = "";
  let closed = false;

  const consider = async (text: string) => {
    const id = idOf(text);
    if (id === served.supergraph.id) refused = "";
    if (id === served.supergraph.id || id === refused) return;
    try {
      const next = ports.read(text);
      await ports.warm(next, served);
      served = next;
      refused = "";
      log.info({ file, supergraph: id }, "Supergraph replaced");
    } catch (error) {
      refused = id;
      log.error({ file, supergraph: id, reason: messageOf(error) }, "Supergraph refused, the one before is served");
    }
  };
  const look = async () => {
    const text = await readFile(file, "utf8").catch((error: unknown) => unreadable(error));
    if (typeof text !== "string") {
      if (refused !== text.reason) log.error({ file, ...text }, "Supergraph refused, the one before is served");
      refused = text.reason;
    } else if (text === seen) await consider(text);
    else seen = text;
    if (!closed) next = setTimeout(() => void look(), LOOK_MS).unref();
  };
  let next = setTimeout(() => void look(), LOOK_MS).unref();
  return {
    now: () => served,
    close: () => {
      closed = true;
      clearTimeout(next);
    },
  };
}

async function first({ file, read, warm }: ReloadPorts): Promise<Documents> {
  try {
    const documents = read(readFileSync(file, "utf8"));
    await warm(documents);
    return documents;
  } catch (cause) {
    throw new GxError("SETTINGS", `SUPERGRAPH: ${file}: ${messageOf(cause)}`, { cause });
  }
}

const unreadable = (error: unknown) => ({ reason: `cannot be read (${codeOf(error) ?? messageOf(error)})` });
