// How long commands take to their end around a hurt, as the command log shows it. Only looks.
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../bench/system.js";
import type { Arena } from "./arena.js";

const LIMIT_MS = 90_000;

/** What the submitters have in their hands, and what would come next. */
const OLDEST = `select id from app.command where status in ('ACCEPTED', 'SUBMITTED') order by seq limit 200`;

export const oldestOpen = async ({ query }: Arena): Promise<string[]> =>
  (await query<{ id: string }>(OLDEST)).map(({ id }) => id);

/** Follows commands to their end; resolves with the milliseconds since `since` that each took. */
export async function endOf({ query }: Arena, since: number, ids: readonly string[]): Promise<number[]> {
  const taken: number[] = [];
  let open = ids;
  const end = Date.now() + LIMIT_MS;
  while (open.length > 0 && Date.now() < end) {
    const rows = await query<{ id: string }>(
      "select id from app.command where id = any($1::uuid[]) and status in ('ACCEPTED', 'SUBMITTED')",
      [open],
    );
    for (let n = rows.length; n < open.length; n += 1) taken.push(Date.now() - since);
    open = rows.map(({ id }) => id);
    await sleep(50);
  }
  return taken;
}

/** Milliseconds from now until a command has ended that was accepted from now on. */
export async function nextEnded({ query }: Arena): Promise<number> {
  const since = Date.now();
  const sql = `select exists (select from app.command
    where accepted_at > to_timestamp($1) and status in ('COMMITTED', 'REFUSED')) as ended`;
  await until(
    "a command that is accepted now to end",
    async () => (await query<{ ended: boolean }>(sql, [since / 1_000]))[0]?.ended === true,
    LIMIT_MS,
    25,
  );
  return Date.now() - since;
}
