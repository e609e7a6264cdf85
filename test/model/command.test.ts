// The command's life under every interleaving: nothing lost, doubled or out of order, no false answer, no wrong status.
import { commandModel, mutants, type Bounds, type Mutant } from "./command.js";
import { explore } from "./explore.js";

const two = { commands: 2, transit: 2 } as const;
// Small enough for a trace that shows one thing; a shortest one needs no more.
const one = { commands: 1, transit: 2 } as const;
const asBuilt = { lateNotice: false, resend: false };

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
  test("both commands end from every state, once and in order, with the ledger's outcome, while only the lock's holder looks for new ones", () => {
    const { states, fault } = check({ ...two, ...asBuilt });
    expect(fault).toBeUndefined();
    // A model that has lost its steps would have nothing to find either.
    expect(states).toBeGreaterThan(100_000);
  });

  test("a leader that learns late of its end can leave a SUBMITTED row to nobody: its successor looks for ACCEPTED ones", () => {
    const { fault } = check({ ...one, lateNotice: true, resend: false });
    expect(fault?.broken).toMatch(/^I1/);
    expect(fault?.trace).toContain("worker 1: store.submitted [c1]");
    expect(fault?.trace.at(-1)).toBe("worker 1: killed");
  });

  test("a leader that learns late of its end can send a younger command before the older one of its lane", () => {
    const { fault } = check({ ...two, lateNotice: true, resend: false });
    expect(fault?.broken).toMatch(/^I7/);
    expect(fault?.trace).toContain("worker 1: lookIntoTable finds [c2]");
  });

  test("no leader that learns late of its end leaves a row to nobody or breaks the order, where looks find SUBMITTED rows too", () => {
    expect(check({ ...two, lateNotice: true, resend: true }).fault).toBeUndefined();
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
  };

  test.each(mutants)("%s", (mutant) => {
    const { fault } = check({ ...(mutant === "lanes off" ? two : one), ...asBuilt }, mutant);
    expect(fault?.broken).toMatch(breaks[mutant]);
    expect(fault?.trace.length).toBeGreaterThan(3);
  });
});
