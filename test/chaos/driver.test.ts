// What the callers of a chaos run may conclude from an answer, how the seconds are spread, and that a seed repeats its choices.
import { heardOf, type Answer } from "../../chaos/driver.js";
import { newRandom } from "../../chaos/random.js";
import { isReached } from "../../chaos/report.js";
import { spread } from "../../chaos/run.js";
import { scenarios } from "../../chaos/scenarios/index.js";
import type { Scenario } from "../../chaos/stage.js";

const heard = (status: number, answer: Answer) =>
  heardOf(
    status,
    answer,
    [0, 1].map((number) => ({ number }) as never),
  ).map((one) => (one.is === "ok" ? one.id : one.is === "refused" ? one.code : "unknown"));
const error = (code: string, ...path: string[]) => ({ extensions: { code }, ...(path.length > 0 ? { path } : {}) });

describe("a caller", () => {
  it("has a ticket for each mutation that was answered", () => {
    expect(heard(200, { data: { m0: { commandId: "a" }, m1: { commandId: "b" } } })).toEqual(["a", "b"]);
  });

  it("knows nothing of the others where one was refused and there is no data", () => {
    expect(heard(200, { data: null, errors: [error("INVALID_INPUT", "m1")] })).toEqual(["unknown", "INVALID_INPUT"]);
  });

  it.each(["UNAVAILABLE", "INTERNAL"])("knows nothing after %s", (code) => {
    expect(heard(200, { data: null, errors: [error(code, "m0"), error(code, "m1")] })).toEqual(["unknown", "unknown"]);
  });

  it("knows that a request that was refused as a whole did nothing", () => {
    expect(heard(401, { errors: [error("UNAUTHENTICATED")] })).toEqual(["UNAUTHENTICATED", "UNAUTHENTICATED"]);
  });

  it("knows nothing after a failure of the server, whatever code it names", () => {
    expect(heard(503, { errors: [error("FORBIDDEN")] })).toEqual(["unknown", "unknown"]);
    expect(heard(200, {})).toEqual(["unknown", "unknown"]);
  });
});

describe("the seconds of a run", () => {
  const scenario = (name: string, least: number, share: number) => ({ name, least, share }) as unknown as Scenario;
  const given = (seconds: number) =>
    spread([scenario("a", 10, 3), scenario("b", 30, 1), scenario("c", 5, 1)], seconds).map(
      ({ scenario: { name }, seconds: own }) => [name, own],
    );

  it("go by shares beyond what each needs", () => {
    expect(given(95)).toEqual([
      ["a", 40],
      ["b", 40],
      ["c", 15],
    ]);
  });

  it("leave out what does not fit, and never everything", () => {
    expect(given(16)).toEqual([
      ["a", 10.75],
      ["c", 5.25],
    ]);
    expect(given(1)).toEqual([["a", 10]]);
  });

  it("of ten minutes suffice for every scenario, each under its own name", () => {
    expect(spread(scenarios, 600)).toHaveLength(scenarios.length);
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  });
});

it("a seed repeats every choice, and another one does not", () => {
  const choices = (seed: number) => {
    const random = newRandom(seed);
    return [random.uuid(), random.below(1_000), random.pick([..."abcdef"]), random.chance(0.5)];
  };
  expect(choices(7)).toEqual(choices(7));
  expect(choices(7)).not.toEqual(choices(8));
});

it("a goal is missed by one value, and by what could not be measured", () => {
  const figure = (goal: object, ...values: number[]) => isReached({ name: "", unit: "", values, goal });
  expect([figure({ most: 5 }, 1, 5), figure({ most: 5 }, 1, 6), figure({ most: 5 }, Number.NaN)]).toEqual([
    true,
    false,
    false,
  ]);
  expect([figure({ least: 100 }, 100), figure({ least: 100 }, 99.9), figure({}, 1)]).toEqual([true, false, true]);
});
