// The demo's people at work: each asks with a token of their own, and each figure is compared with the one that must be found.
import { isDeepStrictEqual } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { commandOf } from "../../catalogue/index.js";
import type { RefusalCode } from "../../catalogue/refusals.js";
import type { TokenRole } from "../../catalogue/roles.js";
import type { Config } from "../../platform/config.js";
import { demoPeople, developmentIdentities } from "../../platform/development-identities.js";
import { developmentToken } from "../../platform/devkeys.js";
import { GxError } from "../../platform/errors.js";
import { ask, follow, send, type Graph, type Standing } from "../graph.js";
import type { Story } from "./story.js";
import type { ThrowAway } from "./throw-away.js";

export const people = {
  "super admin": developmentIdentities.SUPER_ADMIN,
  partner: developmentIdentities.PARTNER_API,
  a1: developmentIdentities.ADMIN,
  a2: "00000000-0000-7000-8000-000000000004",
  ...demoPeople,
} as const;
export type Person = keyof typeof people;
/** Who reads: a person with a token, or everybody, who needs none. */
export type Reader = Person | "everybody";

const roles: Readonly<Partial<Record<Person, TokenRole>>> = {
  "super admin": "SUPER_ADMIN",
  partner: "PARTNER_API",
  a1: "ADMIN",
  a2: "ADMIN",
};

/** A command that somebody asks for. */
export interface Deed {
  readonly by: Person;
  /** What the story says of it. */
  readonly what: string;
  /** Its name with its domain. */
  readonly command: string;
  readonly input: object;
  /** The code with which it must be refused; none: it must be committed. */
  readonly refusedWith?: RefusalCode;
}

export interface World {
  readonly config: Config;
  readonly story: Story;
  /** Sends the commands in this order, follows all to their ends, and returns their ids. @throws WrongFigure */
  act(...deeds: readonly Deed[]): Promise<readonly string[]>;
  /** Reads as somebody; the data must be exactly this. `what` tells the story. @throws WrongFigure */
  see(by: Reader, what: string, query: string, expected: object): Promise<void>;
  /** Reads as somebody. */
  read<T>(by: Reader, query: string): Promise<T>;
  /** Waits for a moment (Unix milliseconds), saying for what. */
  until(what: string, moment: number): Promise<void>;
}

/** A figure or an end is not the one of the scenario. */
export class WrongFigure extends GxError {
  override readonly name = "WrongFigure";
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  constructor(what: string, expected: string, found: string) {
    super("WRONG_FIGURE", `${what}: expected ${expected}, found ${found}`);
    this.what = what;
    this.expected = expected;
    this.found = found;
  }
}

const END_MS = 30_000;
const COMMITTED = "committed";

export async function openWorld({ config, gateway }: ThrowAway, story: Story): Promise<World> {
  const graphs = new Map<Reader, Graph>([["everybody", { url: gateway }]]);
  for (const [name, sub] of Object.entries(people) as [Person, string][]) {
    const token = await developmentToken(config, { sub, roles: [roles[name] ?? "USER"], ttlSeconds: 3_600 });
    graphs.set(name, { url: gateway, token });
  }
  const as = (reader: Reader): Graph => graphs.get(reader) ?? { url: gateway };
  let sent = 0;
  const read = <T>(by: Reader, query: string) => ask<T>(as(by), query, {});
  return {
    ...{ config, story, read },
    act: async (...deeds) => {
      const tickets: string[] = [];
      for (const { by, command, input } of deeds) {
        const entry = commandOf(command);
        if (!entry) throw new Error(`there is no command ${command}`);
        const [ticket] = await send(as(by), entry, input, `demo-command-${(sent += 1)}`);
        tickets.push(ticket?.commandId ?? "");
      }
      const ends = await Promise.all(deeds.map(({ by, what }, n) => endOf(as(by), tickets[n] ?? "", what)));
      deeds.forEach(({ by, what, refusedWith = COMMITTED }, n) => {
        const found = resultOf(ends[n]);
        if (found !== refusedWith) throw new WrongFigure(`${by} ${what}`, refusedWith, found);
        story.tell({ who: by, what, result: found === COMMITTED ? found : `refused: ${found}` });
      });
      return tickets;
    },
    see: async (by, what, query, expected) => {
      const found = await read<object>(by, query);
      if (!isDeepStrictEqual(found, expected)) {
        throw new WrongFigure(`${what}, read by ${by}`, JSON.stringify(expected), JSON.stringify(found));
      }
      story.tell({ who: by, what, result: "" });
    },
    until: async (what, moment) => {
      const left = moment - Date.now();
      if (left <= 0) return;
      story.say(`    … ${(left / 1_000).toFixed(0)} s until ${what}`);
      await pause(left);
    },
  };
}

async function endOf(graph: Graph, id: string, what: string): Promise<Standing> {
  const late = new AbortController();
  const limit = pause(END_MS, undefined, { signal: late.signal }).then(() => {
    throw new WrongFigure(what, `an end within ${END_MS / 1_000} s`, "none");
  });
  limit.catch(() => undefined);
  try {
    return await Promise.race([follow(graph, id), limit]);
  } finally {
    late.abort();
  }
}

const resultOf = (end: Standing | undefined): string =>
  end?.status === "COMMITTED" ? COMMITTED : (end?.error?.code ?? end?.status ?? "nothing");
