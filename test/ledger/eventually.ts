// Waiting on conditions.
import { setTimeout as pause } from "node:timers/promises";

/** Returns when the condition holds; throws when it does not within the time. */
export async function eventually(condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const until = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
    await pause(20);
  }
}
