import { createBreaker } from "../../workers/submitter/breaker.js";

function newBreaker() {
  const states: number[] = [];
  return { states, breaker: createBreaker((state) => void states.push(state)) };
}
const failTimes = (breaker: ReturnType<typeof createBreaker>, times: number, now: number) => {
  for (let time = 0; time < times; time++) breaker.failed(now);
};

describe("the circuit breaker", () => {
  test("stays closed for single failures between answers", () => {
    const { states, breaker } = newBreaker();
    for (let round = 0; round < 5; round++) {
      failTimes(breaker, 2, 1_000);
      breaker.answered();
    }
    expect(breaker.nextAt).toBe(0);
    expect(states).toEqual([0]);
  });

  test("opens with the third failure in a row, then lets one batch through at a time", () => {
    const { states, breaker } = newBreaker();
    failTimes(breaker, 3, 1_000);
    expect(breaker.state).toBe("open");
    expect(breaker.nextAt).toBeGreaterThanOrEqual(1_100);
    expect(breaker.nextAt).toBeLessThanOrEqual(1_200);
    breaker.sent();
    expect(breaker.nextAt).toBe(Infinity);
    breaker.answered();
    expect(breaker.nextAt).toBe(0);
    expect(states).toEqual([0, 2, 1, 0]);
  });

  test("doubles its pause from 200 ms to 2 s, whatever fails together", () => {
    const { breaker } = newBreaker();
    failTimes(breaker, 3, 0);
    const pauses = Array.from({ length: 8 }, () => {
      // Those that were under way when it opened.
      failTimes(breaker, 4, 0);
      const pause = breaker.nextAt;
      breaker.sent();
      breaker.failed(0);
      return pause;
    });
    expect(pauses[0]).toBeLessThanOrEqual(200);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(2_000);
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(1_000);
  });

  test("lets another one go when the one that was let through came back without having asked", () => {
    const { states, breaker } = newBreaker();
    failTimes(breaker, 3, 0);
    breaker.sent();
    breaker.unasked();
    expect(breaker.nextAt).toBeLessThanOrEqual(200);
    expect(states).toEqual([0, 2, 1, 2]);
  });
});
