// The clock of the read models: which block first reached a minute, and how far a time was behind, however blocks are grouped.
import { identity } from "../../catalogue/events/identity.js";
import { project } from "../../workers/projector/project.js";
import { newDatabase } from "../environment.js";
import { historyOf, NOW } from "./history.js";

/** Seconds after the first time, by block. */
const times = [[0], [59, 61], [30], [300, 10], [299], [], [180, 301], [1_000], [400, 999, 1_060]];

async function clockAfter(groups: readonly number[]) {
  const database = await newDatabase();
  try {
    const history = historyOf(database.pool);
    const blocks = times.map((seconds) =>
      history.make(
        seconds.map((second, index) => ({
          events: [{ ...unlocked(index), at: NOW + second }],
          command: "identity.unlockUser",
        })),
      ),
    );
    for (let from = 0; from < blocks.length;) {
      const size = groups[from % groups.length] ?? 1;
      await project(database.pool, blocks.slice(from, from + size));
      from += size;
    }
    const steps = await database.pool.query<{ after: number; block: string }>(
      "select extract(epoch from at)::int - $1 as after, block from read.clock order by at",
      [NOW],
    );
    const { rows } = await database.pool.query<{ latest: number; behind: string }>(
      "select extract(epoch from latest)::int - $1 as latest, behind from read.checkpoint",
      [NOW],
    );
    return { steps: Object.fromEntries(steps.rows.map(({ after, block }) => [after, Number(block)])), ...rows[0] };
  } finally {
    await database.close();
  }
}

const unlocked = (index: number) => identity.UserUnlocked({ userId: `0b1d0000-0000-4000-8000-00000000000${index}` });

it.each([[[1]], [[9]], [[2]], [[3, 1, 2]]])("is the same for groups of %j blocks", async (groups) => {
  const steps = { 0: 0, 60: 1, 300: 3, 960: 7, 1020: 8 };
  expect(await clockAfter(groups)).toEqual({ steps, latest: 1_060, behind: "600" });
});
