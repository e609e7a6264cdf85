// The command's life under every interleaving: nothing lost, doubled or out of order, no false answer, no wrong status.
import { commandModel, mutants, type Bounds, type Mutant } from "./command.js";
import { explore } from "./explore.js";

const two = { commands: 2, transit: 2 } as const;
// Small enough for a trace that shows one thing; a shortest one needs no more.
const one = { commands: 1, transit: 2 } as const;
function check(bounds: Bounds, mutant?: Mutant) {
  const begin = performance.now();
  const found = explore(commandModel(bounds, mutant));
  const { states, steps, fault } = found;
  const figures = `${states} states, ${steps} steps, ${Math.round(performance.now() - begin)} ms`;
  const trace = fault ? [fault.broken, ...fault.trace.map((text, place) => `${place + 1}. ${text}`)] : ["no fault"];
  process.stdout.write(`${[`${mutant ?? "the machine"}: ${figures}`, ...trace].join("\n  ")}\n`);
  return found;
}

describe("two commands of one lane, two submitters, a projector, an orderer that loses, delays and repeats, kills anywhere", () => {
  test("both commands end from every state, once and in order, with the ledger's outcome or FAILED and none, however late a leader learns of its end", () => {
    const { states, fault } = check(two);
    expect(fault).toBeUndefined();
    // A model that has lost its steps would have nothing to find either.
    expect(states).toBeGreaterThan(100_000);
  });
});

describe("a mutant is caught by the promise that it breaks", () => {
  const breaks: Readonly<Record<Mutant, RegExp>> = {
    "receipts off": /^I2: c1 has a second effect/,
    "last status wins": /^wrong status: c1 went from COMMITTED to FAILED/,
    "checkpoint apart from the outcome": /^I1/,
    "unconditional status update": /^wrong status/,
    "sweep without condition": /^wrong status/,
    "acknowledgement taken for the outcome": /^I1/,
    "new leader loads ACCEPTED only": /^I1/,
    "lanes off": /^I7/,
    "leader without number": /^wrong status: c1 went from FAILED to COMMITTED/,
    "given up with a submission on its way": /^wrong status: c1 went from FAILED to COMMITTED/,
    "given up without asking for the receipt": /^wrong status: c1 went from FAILED to COMMITTED/,
  };

  test.each(mutants)("%s", (mutant) => {
    const { fault } = check(mutant === "lanes off" ? two : one, mutant);
    expect(fault?.broken).toMatch(breaks[mutant]);
    expect(fault?.trace.length).toBeGreaterThan(3);
  });
});
