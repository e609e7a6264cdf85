// The eighteen steps of protocol.md 19 in order, on a system that has just begun.
import { checkEnding, finalTable } from "./ending.js";
import { openBooks } from "./balances.js";
import type { Scene } from "./step.js";
import { economy } from "./steps/economy.js";
import { founding } from "./steps/founding.js";
import { pause } from "./steps/pause.js";
import { society } from "./steps/society.js";
import type { Story } from "./story.js";
import type { ThrowAway } from "./throw-away.js";
import { openWorld } from "./world.js";

/** @returns the final balances in Qirat, by account. @throws WrongFigure where a figure or an end is another one */
export async function play(system: ThrowAway, story: Story): Promise<Readonly<Record<string, string>>> {
  const world = await openWorld(system, story);
  const books = openBooks(world);
  const scene: Scene = { ...world, hold: books.hold, found: books.found };
  const steps = [...founding(scene), ...society(scene), ...economy(scene), ...pause(scene)];
  for (const [index, { title, run }] of steps.entries()) {
    story.begin(index + 1, title);
    await run();
  }
  story.say("");
  await checkEnding(scene, books.balances());
  story.say("");
  for (const line of finalTable(books.balances())) story.say(line);
  return Object.fromEntries([...books.balances()].map(([account, balance]) => [account, String(balance)]));
}
