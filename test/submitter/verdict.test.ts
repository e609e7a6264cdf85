import { noteFailure, createBacklog } from "../../workers/submitter/backlog.js";
import { attemptDelay, verdictOn } from "../../workers/submitter/verdict.js";

const rest = { status: "ACCEPTED", attempt: 0, age: null };
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

  test("splits a refused batch, and gives up a single command", () => {
    for (const failure of ["BATCH_INVALID", "TOO_LARGE", "INVALID_ARGUMENT"] as const) {
      expect(verdictOn(failure, many(1))).toEqual({ act: "split" });
      expect(verdictOn(failure, one(1))).toEqual({ act: "fail" });
    }
  });

  test("tries a batch that failed inside once more, then splits it, and counts only single commands", () => {
    for (const failure of ["INTERNAL", "POLICY"] as const) {
      expect(verdictOn(failure, many(1)).act).toBe("again");
      expect(verdictOn(failure, many(2))).toEqual({ act: "split" });
      expect(verdictOn(failure, one(1))).toEqual({ act: "count" });
    }
  });

  test("splits what crashed the chaincode three times, and gives up a single one", () => {
    expect([1, 2, 3].map((times) => verdictOn("CRASH", many(times)).act)).toEqual(["again", "again", "split"]);
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
  const row = {
    id: "a",
    seq: 1,
    name: "tokenomics.transfer",
    domain: "tokenomics",
    lanes: [],
    weight: 1,
    size: 1,
    ...rest,
  };

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
  const row = (seq: number) => ({
    id: `c${seq}`,
    seq,
    name: "tokenomics.transfer",
    domain: "tokenomics",
    lanes: [],
    weight: 1,
    size: 1,
    ...rest,
  });

  test("keeps the order of acceptance, whatever the order of arrival, and what it knows of a command", () => {
    const backlog = createBacklog();
    backlog.add([row(5), row(7)]);
    const [first] = backlog.entries();
    if (first) first.group = 3;
    backlog.add([row(3), row(5), row(6)]);
    expect(backlog.entries().map(({ seq, group }) => [seq, group])).toEqual([
      [3, 0],
      [5, 3],
      [6, 0],
      [7, 0],
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

  test("halves a batch until its commands are alone, in order, and judges a single one afresh", () => {
    const backlog = createBacklog();
    backlog.add(Array.from({ length: 100 }, (_, place) => row(place + 1)));
    let suspects = backlog.entries();
    let splits = 0;
    while (suspects.length > 1) {
      noteFailure(suspects, "INTERNAL");
      backlog.split(suspects);
      splits++;
      const [first] = suspects;
      const older = suspects.filter(({ group }) => group === first?.group);
      const younger = suspects.filter(({ group }) => group !== first?.group);
      expect(older.at(-1)?.seq).toBeLessThan(younger[0]?.seq ?? 0);
      expect(Math.abs(older.length - younger.length)).toBeLessThanOrEqual(1);
      suspects = older;
    }
    expect(splits).toBe(7);
    expect(suspects[0]?.met).toEqual({});
    const groups = new Set(backlog.entries().map(({ group }) => group));
    expect(groups.size).toBe(8);
  });

  test("keeps the lanes of what travels until it lands", () => {
    const backlog = createBacklog();
    backlog.add([
      { ...row(1), lanes: ["a", "b"] },
      { ...row(2), lanes: ["b"] },
      { ...row(3), lanes: ["c"] },
    ]);
    const travelling = backlog.entries().slice(0, 2);
    backlog.depart(travelling);
    expect([...backlog.busy].sort()).toEqual(["a", "b"]);
    backlog.end(["c1"]);
    expect([...backlog.busy].sort()).toEqual(["a", "b"]);
    backlog.land(travelling);
    expect([...backlog.busy]).toEqual([]);
  });
});
