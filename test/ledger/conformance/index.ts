// The conformance suite: what the application relies on, asked of any network through a connection profile whose
// chaincode is the one in test/ledger/chaincode. What a network cannot be asked is skipped and says why.
import { again } from "./again.js";
import { newAsked, powers, type Asked, type Check, type NetworkUnderTest, type Power } from "./asked.js";
import { blocks } from "./blocks.js";
import { conflicts } from "./conflicts.js";
import { events } from "./events.js";
import { failures } from "./failures.js";
import { identities } from "./identities.js";
import { keys } from "./keys.js";
import { organizations } from "./organizations.js";
import { path } from "./path.js";
import { refusals } from "./refusals.js";

export type { Check, NetworkUnderTest, Power } from "./asked.js";

/** In the order in which they are asked: a crash last. */
export const groups: readonly (readonly [title: string, checks: readonly Check[]])[] = [
  ["the path of a transaction", path],
  ["refusals", refusals],
  ["conflicts", conflicts],
  ["ranges, pages and keys", keys],
  ["signed offline, sent again", again],
  ["identities", identities],
  ["blocks", blocks],
  ["chaincode events", events],
  ["organizations", organizations],
  ["failures of the chaincode", failures],
];

export const checks: readonly Check[] = groups.flatMap(([, group]) => group);

/** What a network did at a check: its word where networks differ, "yes", or why it was not asked. */
export type Results = Map<string, string>;

/** Registers the checks; `network` is asked when they run. `lacks` = what it cannot be asked for. */
export function conformance(network: () => NetworkUnderTest, lacks: readonly Power[], results: Results): void {
  let asked: ReturnType<typeof newAsked>;
  beforeAll(() => {
    asked = newAsked(network());
  });
  afterEach(() => asked.closeOthers());
  afterAll(() => asked.close());

  for (const [title, group] of groups) {
    describe(title, () => {
      for (const check of group) register(check, lacks, results, () => asked);
    });
  }
}

function register(check: Check, lacks: readonly Power[], results: Results, asked: () => Asked): void {
  const { id, name, needs, ask } = check;
  if (needs !== undefined && lacks.includes(needs)) {
    results.set(id, `not asked: ${powers[needs]}`);
    it.skip(`SKIPPED: ${powers[needs]}: ${id} ${name}`, () => undefined);
    return;
  }
  it(`${id} ${name}`, async () => {
    results.set(id, "**fails**");
    const word = await ask(asked());
    results.set(id, word ?? "yes");
  });
}
