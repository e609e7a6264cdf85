// The callers: keeps a backlog standing through the gateway, writes down what each caller heard, measures what it felt.
// Never decides what is true: an answer that did not come is `unknown`, whatever the reason.
import { setTimeout as sleep } from "node:timers/promises";
import { biometricOf, inBursts } from "../bench/load.js";
import { developmentIdentities } from "../platform/development-identities.js";
import type { Arena } from "./arena.js";
import type { Asked, Entry, Heard, Journal } from "./journal.js";
import type { Random } from "./random.js";

export interface Load {
  /** Commands that should be open at any time. */
  backlog: number;
  /** Commands a second at most. */
  rate: number;
  /** Share of the transfers that go to or come from one account. */
  hot: number;
}

/** What callers felt between two marks. */
export interface Felt {
  readonly commands: number;
  readonly requests: number;
  /** Requests without an answer. */
  readonly errors: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Driver {
  load: Load;
  /** Starts sending; resolves `stop` when the last request has been answered. */
  start(): void;
  stop(): Promise<void>;
  /** Commands sent so far. */
  sent(): number;
  /** Open commands as last seen. */
  open(): number;
  /** Sets a mark; the function says what was felt since. */
  mark(): () => Felt;
  /** Asks again, under their own keys, for everything that is unknown, until it is known. */
  settle(limitMs: number): Promise<void>;
  /** Asks again for some that have a ticket. */
  repeat(entries: readonly Entry[]): Promise<void>;
}

export interface Crowd {
  readonly people: readonly string[];
  readonly tokens: readonly string[];
  readonly partner: string;
}

const WIDTH = 32;
const PER_REQUEST = 5;
const TIMEOUT_MS = 10_000;
const POLL_MS = 150;
const BACK_OFF_MS = 300;
const MOST_BACK_OFF_MS = 1_200;
const PARTNER = developmentIdentities.PARTNER_API;
const NOBODY = "10000000-0000-4000-8000-000000000000";
export const countries = ["NG", "KE", "BR"] as const;

const transfer = (to: string, amount: number) => `transfer(to: "${to}", amount: "${amount}"`;
export const creation = (userId: string, nationality: string) =>
  `createUser(userId: "${userId}", biometricHash: "${biometricOf(userId)}", nationality: "${nationality}", ageYears: 30`;

interface Parts {
  readonly arena: Arena;
  readonly journal: Journal;
  readonly random: Random;
  readonly crowd: Crowd;
  /** Begins every key. */
  readonly prefix: string;
}

export function newDriver(parts: Parts): Driver {
  const { arena, journal } = parts;
  const choose = newChooser(parts);
  const feelings = newFeelings();
  const { people, tokens, partner } = parts.crowd;
  const tokenOf = new Map(people.map((person, index) => [person, tokens[index] ?? ""])).set(PARTNER, partner);
  let running: Promise<unknown> | undefined;
  let wanted = false;
  let open = 0;
  let budget = 0;
  const post = async (asked: readonly Entry[]) => {
    const begin = performance.now();
    const heard = await ask(arena.system.graphql, tokenOf.get(asked[0]?.actor ?? "") ?? "", asked);
    if (wanted)
      feelings.note(
        performance.now() - begin,
        asked.length,
        heard.every(({ is }) => is === "unknown"),
      );
    asked.forEach((entry, index) => journal.hear(entry, heard[index] ?? { is: "unknown", why: "no answer" }));
    return heard.every(({ is }) => is !== "unknown");
  };
  const send = async () => {
    for (let wait = BACK_OFF_MS; wanted;) {
      if (open >= driver.load.backlog || budget < 1) {
        await sleep(10);
        continue;
      }
      const asked = choose(driver.load).map((one) => journal.invoke(one));
      open += asked.length;
      budget -= asked.length;
      const isAnswered = await post(asked);
      // As a caller does that got no answer; else nothing but failures would be measured while a part is away.
      if (!isAnswered) await sleep(wait);
      wait = isAnswered ? BACK_OFF_MS : Math.min(wait * 2, MOST_BACK_OFF_MS);
    }
  };
  const watch = async () => {
    for (let last = performance.now(); wanted; await sleep(POLL_MS)) {
      open = await arena.open();
      const now = performance.now();
      budget = Math.min(driver.load.rate, budget + ((now - last) / 1_000) * driver.load.rate);
      last = now;
    }
  };
  const driver: Driver = {
    load: { backlog: 1_200, rate: 400, hot: 0 },
    start: () => {
      wanted = true;
      running = Promise.all([watch(), ...Array.from({ length: WIDTH }, send)]);
    },
    stop: async () => {
      wanted = false;
      await running;
    },
    sent: () => journal.entries.length,
    open: () => open,
    mark: feelings.mark,
    settle: async (limitMs) => {
      let isTogether = true;
      for (const end = Date.now() + limitMs; Date.now() < end; await sleep(200)) {
        const unknown = journal.entries.filter(({ heard }) => heard?.is === "unknown");
        if (unknown.length === 0) return;
        // Where one of a request is refused, nothing is heard of the others: then each for itself.
        await inBursts(isTogether ? byActor(unknown) : unknown.map((entry) => [entry]), WIDTH, post);
        isTogether = false;
      }
    },
    repeat: async (entries) => {
      await inBursts(entries, WIDTH, (entry) => post([entry]));
    },
  };
  return driver;
}

/** In requests of one caller each. */
function byActor(entries: readonly Entry[]): Entry[][] {
  const groups = new Map<string, Entry[][]>();
  for (const entry of entries) {
    const own = groups.get(entry.actor) ?? [];
    const last = own.at(-1);
    if (last && last.length < PER_REQUEST) last.push(entry);
    else own.push([entry]);
    groups.set(entry.actor, own);
  }
  return [...groups.values()].flat();
}

/** One request with all mutations; each field is heard for itself. */
async function ask(url: string, token: string, asked: readonly Entry[]): Promise<Heard[]> {
  const fields = asked.map(
    ({ mutation, key }, index) => `m${index}: ${mutation}, idempotencyKey: "${key}") { commandId }`,
  );
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: `mutation { ${fields.join(" ")} }` }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return heardOf(response.status, (await response.json()) as Answer, asked);
  } catch (error) {
    return asked.map(() => ({ is: "unknown", why: error instanceof Error ? error.name : "lost" }));
  }
}

export interface Answer {
  data?: Record<string, { commandId: string } | null> | null;
  errors?: { path?: (string | number)[]; extensions: { code: string } }[];
}

/** These say nothing about what happened. */
const UNCLEAR = new Set(["UNAVAILABLE", "INTERNAL", "TIMEOUT", "INTERNAL_SERVER_ERROR"]);

/** What a caller may conclude from an answer, for each mutation of the request. */
export function heardOf(status: number, answer: Answer, asked: readonly Entry[]): Heard[] {
  return asked.map((_, index) => {
    const id = answer.data?.[`m${index}`]?.commandId;
    if (id !== undefined) return { is: "ok", id };
    const code = codeFor(`m${index}`, status, answer.errors ?? []);
    return code === undefined || UNCLEAR.has(code)
      ? { is: "unknown", why: code ?? `HTTP ${status}` }
      : { is: "refused", code };
  });
}

/**
 * The code that this field was refused with. Where one field failed, GraphQL gives no data at all: the others may have been
 * accepted all the same, and have none.
 */
function codeFor(field: string, status: number, errors: NonNullable<Answer["errors"]>): string | undefined {
  const own = errors.find(({ path }) => path?.[0] === field);
  if (own) return own.extensions.code;
  const whole = errors.find(({ path }) => path === undefined);
  return status < 500 ? whole?.extensions.code : undefined;
}

/** What is sent next: mostly transfers, some new people, some that are meant to be refused. */
function newChooser({ crowd, random, prefix, journal }: Parts): (load: Load) => Asked[] {
  let number = 0;
  const key = () => `${prefix}-${String(number++).padStart(8, "0")}`;
  const { people } = crowd;
  const other = (than: string) => {
    const found = random.pick(people);
    return found === than ? (people[(people.indexOf(than) + 1) % people.length] ?? than) : found;
  };
  const amount = () => 100 + random.below(8_900);
  const payment = (actor: string, load: Load): Asked => {
    const hot = people[0] ?? "";
    const to = actor !== hot && random.chance(load.hot) ? hot : other(actor);
    const plain = { key: key(), actor, mutation: transfer(to, amount()) };
    if (!random.chance(0.04)) return plain;
    return random.pick<Asked>([
      { ...plain, mutation: transfer(NOBODY, amount()), meant: "NOT_FOUND" },
      { ...plain, mutation: transfer(actor, amount()), meant: "SELF_ACTION" },
      { ...plain, mutation: transfer(to, 400_000_000_000), meant: "INSUFFICIENT_FUNDS" },
    ]);
  };
  const birth = (): Asked => {
    const plain = { key: key(), actor: PARTNER, mutation: creation(random.uuid(), random.pick(countries)) };
    if (!random.chance(0.1)) return plain;
    return { ...plain, mutation: creation(random.pick(people), "NG"), meant: "ALREADY_EXISTS" };
  };
  /** The key of an accepted command with another content. */
  const conflict = (): Asked | undefined => {
    const old = journal.entries[random.below(journal.entries.length)];
    if (old?.heard?.is !== "ok" || old.actor === PARTNER) return undefined;
    return { key: old.key, actor: old.actor, mutation: transfer(NOBODY, 1), meant: "IDEMPOTENCY_CONFLICT" };
  };
  const several = <T>(make: () => T): T[] => Array.from({ length: PER_REQUEST }, make);
  return (load) => {
    if (random.chance(0.02)) return several(birth);
    const odd = random.chance(0.005) ? conflict() : undefined;
    if (odd) return [odd];
    const actor = random.chance(load.hot / 2) ? (people[0] ?? "") : random.pick(people);
    return several(() => payment(actor, load));
  };
}

function newFeelings() {
  const felt: { ms: number; commands: number; isError: boolean }[] = [];
  return {
    note: (ms: number, commands: number, isError: boolean) => void felt.push({ ms, commands, isError }),
    mark: () => {
      const from = felt.length;
      return (): Felt => {
        const since = felt.slice(from);
        const times = since.map(({ ms }) => ms).sort((a, b) => a - b);
        return {
          commands: since.reduce((sum, { commands }) => sum + commands, 0),
          requests: since.length,
          errors: since.filter(({ isError }) => isError).length,
          p50: quantile(times, 0.5),
          p99: quantile(times, 0.99),
        };
      };
    },
  };
}

/** Of sorted values; 0 where there is none. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
