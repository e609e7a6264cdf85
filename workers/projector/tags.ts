// Which cached rows the changes of a block make old: each row that a folded change touches, and no other.
// Never leaves out a row that somebody may ask for by its key.
import type { CacheTenure } from "../../platform/cache-writer.js";
import { tagOf } from "../../platform/cache-keys.js";
import type { TableChanges } from "./fold.js";

/** Tags by domain; undefined where rows change whose keys are not known. Rows with a key of several columns are asked for by nobody. */
export function tagsOf(changes: readonly TableChanges[]): Map<string, string[]> | undefined {
  const tags = new Map<string, string[]>();
  for (const { domain, name, table, rows, groups } of changes) {
    if (table.key.length > 1) continue;
    if ([...groups.values()].some(({ set }) => Object.keys(set).length > 0)) return undefined;
    const known = tags.get(domain) ?? [];
    tags.set(domain, known);
    for (const key of rows.keys()) known.push(tagOf(name, key));
  }
  return tags;
}

/** Tells the cache before the commit; `invalidated` counts. */
export async function announce(
  cache: CacheTenure | undefined,
  changes: readonly TableChanges[],
  block: number,
  invalidated: (domain: string, rows: number) => void,
): Promise<void> {
  if (!cache) return;
  const tags = tagsOf(changes);
  await cache.announce(tags && [...tags.values()].flat(), block);
  for (const [domain, { length }] of tags ?? []) invalidated(domain, length);
}
