// A thousand subscribers on one gateway while two hundred commands a second come in: each sees its command COMMITTED, and
// when they have left, nothing of them is left.
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { createUser, ended, inBursts, newPerson } from "../../bench/load.js";
import { newSystem, until, type System } from "../../bench/system.js";
import { workerOffset } from "../environment.js";
import { bySocket, type Stream, type Subscriber } from "../gateway/streams.js";

const SUBSCRIBERS = 1_000;
const PEOPLE = 50;
/** Milliseconds between two commands. */
const EVERY_MS = 5;
/** Every so many commands are followed by three. */
const SHARED = 10;
/** Of what the gateway held after the first round, and bytes beside: a subscription that stays is some kilobytes. */
const GROWTH = { share: 1.15, bytes: 24_000_000 };

const TRANSFER = `mutation ($to: ID!, $key: String!) {
  transfer(to: $to, amount: "1000", idempotencyKey: $key) { commandId }
}`;
const COMMAND = "subscription ($id: UUID!) { commandUpdated(id: $id) { status committedAt } }";
/** Nothing happens there: it stays open and silent. */
const SILENT = `subscription { transactionAdded(walletId: "SYSTEM_LOAN_POOL") { id } }`;

interface Command {
  readonly commandUpdated: { readonly status: string; readonly committedAt: string | null };
}
interface Person {
  readonly id: string;
  readonly token: string;
}

let system: System;
let redis: Redis;
let people: Person[];
beforeAll(async () => {
  system = await newSystem(workerOffset);
  redis = new Redis(system.redisUrl());
  const ids = Array.from({ length: PEOPLE }, newPerson);
  const partner = system.tokens("PARTNER_API")[0] as string;
  const created = await inBursts(ids, 10, (id) => createUser(system, partner, id, "NG"));
  await ended(system, system.tokens("ADMIN")[0] as string, created);
  const tokens = system.tokens("USER", ids);
  people = ids.map((id, place) => ({ id, token: tokens[place] as string }));
}, 240_000);
afterAll(async () => {
  redis?.disconnect();
  await system.remove();
}, 60_000);

const gateway = () => system.graphql.replace("/graphql", "");
async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${gateway()}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
const open = (count: number) =>
  until(`${count} open subscriptions`, async () => (await figure("gateway_subscriptions")) === count);
const channels = async () => (await redis.pubsub("CHANNELS", "*")) as string[];

interface Seen {
  readonly statuses: (string | undefined)[];
  /** Milliseconds from the answer to the mutation, and from the time of the transaction. */
  readonly sinceAccepted: number;
  readonly sinceTransaction: number;
}

async function followed(streams: readonly Stream<Command>[], acceptedAt: number): Promise<Seen[]> {
  return Promise.all(
    streams.map(async ({ ended: end, values }) => {
      await end;
      const now = Date.now();
      const { committedAt } = values.at(-1)?.data?.commandUpdated ?? {};
      const transaction = committedAt ? Date.parse(committedAt) : Number.NaN;
      return {
        statuses: values.map(({ data }) => data?.commandUpdated.status),
        ...{ sinceAccepted: now - acceptedAt, sinceTransaction: now - transaction },
      };
    }),
  );
}

const TRIES = 3;
/** As clients do: a request that got no answer at all is sent again under its key. Returns the command's id. */
async function sent(from: Person, to: Person, key: string = randomUUID(), tries = TRIES): Promise<string> {
  const asked = system.ask<{ transfer: { commandId: string } }>(TRANSFER, { to: to.id, key }, from.token);
  const answer = await asked.catch((error: unknown) => {
    if (tries === 1) throw error;
    return undefined;
  });
  if (!answer) return sent(from, to, key, tries - 1);
  const id = answer.data?.transfer.commandId;
  if (!id) throw new Error(`transfer: ${JSON.stringify(answer.errors)}`);
  return id;
}

/** All subscribers come, one command for each is sent, and they go. */
async function round(): Promise<Seen[]> {
  const subscribers = Array.from({ length: SUBSCRIBERS }, (_, place): Subscriber => {
    const { token } = people[place % PEOPLE] as Person;
    return bySocket(gateway(), token);
  });
  for (const subscriber of subscribers) subscriber.subscribe(SILENT, {});
  await open(SUBSCRIBERS);
  const begin = Date.now();
  const seen = await Promise.all(
    subscribers.map(async (subscriber, place) => {
      await new Promise((resolve) => setTimeout(resolve, begin + place * EVERY_MS - Date.now()));
      const from = people[place % PEOPLE] as Person;
      const to = people[(place + 1 + (place % 40)) % PEOPLE] as Person;
      const id = await sent(from, to);
      const acceptedAt = Date.now();
      const copies = place % SHARED === 0 ? 3 : 1;
      return followed(
        Array.from({ length: copies }, () => subscriber.subscribe<Command>(COMMAND, { id })),
        acceptedAt,
      );
    }),
  );
  for (const subscriber of subscribers) await subscriber.close();
  await open(0);
  await until("no channel", async () => (await channels()).length === 0);
  return seen.flat();
}

function tell(name: string, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  console.log(`${name}: median ${at(0.5)} ms, p99 ${at(0.99)} ms, N = ${sorted.length}`);
}

it("every subscriber sees COMMITTED; when they have left no channel is open and the memory is what it was", async () => {
  const memory: number[] = [];
  for (const name of ["first", "second"]) {
    const seen = await round();
    expect(seen.length).toBe(SUBSCRIBERS + (2 * SUBSCRIBERS) / SHARED);
    expect(seen.filter(({ statuses }) => statuses.at(-1) !== "COMMITTED")).toEqual([]);
    // Never back, never twice.
    const order = ["ACCEPTED", "SUBMITTED", "COMMITTED"];
    const wrong = seen.filter(({ statuses }) => {
      const places = statuses.map((status) => order.indexOf(status ?? ""));
      return places.some((place, index) => index > 0 && place <= (places[index - 1] ?? -1));
    });
    expect(wrong.map(({ statuses }) => statuses)).toEqual([]);
    memory.push(await figure("process_resident_memory_bytes"));
    tell(
      `${name} round, mutation answered to COMMITTED seen`,
      seen.map(({ sinceAccepted }) => sinceAccepted),
    );
    tell(
      `${name} round, transaction made to COMMITTED seen`,
      seen.map(({ sinceTransaction }) => sinceTransaction),
    );
  }
  const [first = 0, second = 0] = memory;
  console.log(
    `memory of the gateway after each round: ${memory.map((bytes) => Math.round(bytes / 1e6)).join(", ")} MB`,
  );
  expect(second).toBeLessThan(first * GROWTH.share + GROWTH.bytes);
}, 400_000);
