// Load for a running system: persons created by the ordinary mutation, bursts, and following commands to their end.
import { createHash, randomUUID } from "node:crypto";
import { until, type System } from "./system.js";

export interface Ticket {
  readonly commandId: string;
}
export const newPerson = () => randomUUID();
export const biometricOf = (userId: string) => createHash("sha256").update(userId).digest("hex");

const CREATE_USER = `mutation ($userId: UUID!, $hash: String!, $nationality: CountryCode!, $age: Int!, $key: String!) {
  createUser(userId: $userId, biometricHash: $hash, nationality: $nationality, ageYears: $age, idempotencyKey: $key) { commandId status }
}`;

/** Asks for one user; the ticket's command id. */
export async function createUser(
  system: System,
  partner: string,
  userId: string,
  nationality: string,
  age = 30,
): Promise<string> {
  const variables = { userId, hash: biometricOf(userId), nationality, age, key: `create-${userId}` };
  const answer = await system.ask<{ createUser: Ticket }>(CREATE_USER, variables, partner);
  if (!answer.data) throw new Error(`createUser: ${JSON.stringify(answer.errors)}`);
  return answer.data.createUser.commandId;
}

/** Runs `work` over the items with at most `width` at a time, starting in order. */
export async function inBursts<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  const one = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T, i);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, one));
  return results;
}

interface Followed {
  readonly status: string;
  readonly error: { code: string } | null;
}

/** Waits until every command has ended, through the gateway; the answers in the order of the ids. */
export async function ended(
  system: System,
  token: string,
  ids: readonly string[],
  limitMs = 120_000,
): Promise<Followed[]> {
  const open = new Set(ids);
  const results = new Map<string, Followed>();
  await until(
    `${ids.length} commands to end`,
    async () => {
      const asked = [...open].slice(0, 12);
      const fields = asked.map((id, i) => `c${i}: command(id: "${id}") { status error { code } }`).join(" ");
      const answer = await system
        .ask<Record<string, Followed | null>>(`{ ${fields} }`, {}, token)
        .catch(() => undefined);
      asked.forEach((id, i) => {
        const command = answer?.data?.[`c${i}`];
        if (command && ["COMMITTED", "REFUSED", "FAILED"].includes(command.status)) {
          results.set(id, command);
          open.delete(id);
        }
      });
      return open.size === 0;
    },
    limitMs,
    20,
  );
  return ids.map((id) => results.get(id) as Followed);
}
