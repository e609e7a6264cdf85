// Commands that the chaincode on the channel cannot execute yet: their rows say so, and they stay open and in their lanes.
// Never sends and never gives up one of them: they go by themselves once the channel knows them.
import type { Entry } from "./backlog.js";
import type { Work } from "./work.js";

/** Rows say why they are held back, once for each reason. */
export async function noteHeldBack(work: Work): Promise<void> {
  const { role, channel, backlog, store, measures, log } = work;
  const held = channel.held === 0 ? [] : backlog.entries().filter(({ name }) => channel.heldBack(name) !== undefined);
  measures.held.set({ role }, held.length);
  for (const [reason, entries] of byReason(work, held)) {
    await store.waits(
      entries.map(({ id }) => id),
      `HELD_BACK: ${reason}`,
    );
    for (const entry of entries) entry.heldFor = reason;
    log.warn({ role, count: entries.length, reason }, "Commands held back");
  }
}

/** Those whose rows do not say it yet. */
function byReason({ channel }: Work, held: readonly Entry[]): ReadonlyMap<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of held) {
    const reason = `${entry.name} waits for a newer chaincode on the channel (${channel.heldBack(entry.name) ?? ""})`;
    if (entry.heldFor === reason || entry.inFlight) continue;
    groups.set(reason, [...(groups.get(reason) ?? []), entry]);
  }
  return groups;
}
