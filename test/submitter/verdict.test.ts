import { noteFailure, createBacklog } from "../../workers/submitter/backlog.js";
import { attemptDelay, verdictOn } from "../../workers/submitter/verdict.js";

const one = (times: number) => ({ commands: 1, times });
const many = (times: number) => ({ commands: 100, times });

describe("the verdict on a failure", () => {
  test("waits without limit while something is away, never longer than 2 s", () => {
    for (const times of [1, 5, 50, 5_000]) {
      const verdict = verdictOn("WAIT", many(times));
      expect(verdict.act).toBe("again");
      if (verdict.act === "again") expect(verdict.afterMs).toBeLessThanOrEqual(2_000);
    }
    expect(verdictOn("UNKNOWN_OUTCOME", one(1_000)).act).toBe("again");
  });

  test("sends a conflict again at once, however often", () => {
    for (const failure of ["CONFLICT", "MISMATCH"] as const) {
      const first = verdictOn(failure, many(1));
      expect(first.act === "again" && first.afterMs <= 10).toBe(true);
      const later = verdictOn(failure, many(1_000));
      expect(later.act === "again" && later.afterMs <= 500).toBe(true);
    }
  });

  test("tries the commands of a refused batch one by one, and gives up a single one", () => {
    for (const failure of ["BATCH_INVALID", "TOO_LARGE", "INVALID_ARGUMENT"] as const) {
      expect(verdictOn(failure, many(1))).toEqual({ act: "alone" });
      expect(verdictOn(failure, one(1))).toEqual({ act: "fail" });
    }
  });

  test("tries a batch that failed inside once more, then one by one, and counts only single commands", () => {
    for (const failure of ["INTERNAL", "POLICY"] as const) {
      expect(verdictOn(failure, many(1)).act).toBe("again");
      expect(verdictOn(failure, many(2))).toEqual({ act: "alone" });
      expect(verdictOn(failure, one(1))).toEqual({ act: "count" });
    }
  });

  test("splits what crashed the chaincode three times, and gives up a single one", () => {
    expect([1, 2, 3].map((times) => verdictOn("CRASH", many(times)).act)).toEqual(["again", "again", "alone"]);
    expect([1, 2, 3].map((times) => verdictOn("CRASH", one(times)).act)).toEqual(["again", "again", "fail"]);
  });

  test("stops the queue when the signer is refused", () => {
    expect(verdictOn("SIGNER", many(1))).toEqual({ act: "stop" });
  });

  test("doubles the delay of attempts from 1 s to 30 s, with jitter below", () => {
    const bounds = [1, 2, 3, 4, 5, 6, 20].map((times) => {
      const delays = Array.from({ length: 200 }, () => attemptDelay(times));
      return [Math.min(...delays), Math.max(...delays)];
    });
    const tops = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
    bounds.forEach(([least, most], index) => {
      const top = tops[index] ?? 0;
      expect(least).toBeGreaterThanOrEqual(top / 2);
      expect(most).toBeLessThanOrEqual(top);
      expect(most).toBeGreaterThan(least ?? 0);
    });
  });
});

describe("failures in a row", () => {
  const row = { id: "a", seq: 1, domain: "tokenomics", lanes: [], weight: 1, size: 1 };

  test("are counted over an outage and forgotten with another class", () => {
    const backlog = createBacklog();
    backlog.add([row]);
    const entries = backlog.entries();
    const met = (["CRASH", "WAIT", "CRASH", "WAIT", "WAIT", "CONFLICT", "CRASH"] as const).map((failure) =>
      noteFailure(entries, failure),
    );
    expect(met).toEqual([1, 1, 2, 1, 2, 1, 1]);
  });
});

describe("the backlog", () => {
  const row = (seq: number) => ({ id: `c${seq}`, seq, domain: "tokenomics", lanes: [], weight: 1, size: 1 });

  test("keeps the order of acceptance, whatever the order of arrival, and what it knows of a command", () => {
    const backlog = createBacklog();
    backlog.add([row(5), row(7)]);
    const [first] = backlog.entries();
    if (first) first.alone = true;
    backlog.add([row(3), row(5), row(6)]);
    expect(backlog.entries().map(({ seq, alone }) => [seq, alone])).toEqual([
      [3, false],
      [5, true],
      [6, false],
      [7, false],
    ]);
  });

  test("ends the jobs of a command with it, and names jobs whose command it does not know", async () => {
    const backlog = createBacklog();
    backlog.add([row(1)]);
    const known = backlog.ended("c1");
    const again = backlog.ended("c1");
    const unknown = backlog.ended("c2");
    expect(backlog.missed()).toEqual(["c2"]);
    backlog.end(["c1", "c2"]);
    await Promise.all([known, again, unknown]);
    expect(backlog.size).toBe(0);
    expect(backlog.missed()).toEqual([]);
  });
});
