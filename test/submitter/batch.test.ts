import { chooseBatch, inOrder, type Open } from "../../workers/submitter/batch.js";

const limits = { commands: 100, weight: 2_000, bytes: 800_000 };
const NOW = 1_000;

function open(seq: number, changes: Partial<Open> = {}): Open {
  return {
    id: `c${seq}`,
    seq,
    lanes: [`own:${seq}`],
    weight: 10,
    size: 300,
    notBefore: 0,
    inFlight: false,
    group: 0,
    ...changes,
  };
}
const many = (count: number, changes: Partial<Open> = {}) =>
  Array.from({ length: count }, (_, index) => open(index + 1, changes));
const seqs = (commands: Open[], of = limits) => chooseBatch(commands, of, NOW).batch.map(({ seq }) => seq);

describe("a batch", () => {
  test("takes everything in order of acceptance, lanes shared or not", () => {
    expect(seqs(many(5, { lanes: ["account:a"] }))).toEqual([1, 2, 3, 4, 5]);
  });

  test("is empty where nothing is open", () => {
    expect(chooseBatch([], limits, NOW)).toEqual({ batch: [], full: false, nextAt: undefined });
  });

  test("ends at 100 commands", () => {
    const choice = chooseBatch(many(130), limits, NOW);
    expect(choice.batch).toHaveLength(100);
    expect(choice.full).toBe(true);
    expect(chooseBatch(many(99), limits, NOW).full).toBe(false);
  });

  test("ends before the weight of 2,000 is passed", () => {
    expect(seqs(many(9, { weight: 600 }))).toEqual([1, 2, 3]);
  });

  test("carries a command above the weight alone", () => {
    expect(seqs([open(1, { weight: 2_500 }), open(2)])).toEqual([1]);
    expect(seqs([open(1), open(2, { weight: 2_500 }), open(3)])).toEqual([1]);
  });

  test("ends before 800,000 bytes of argument", () => {
    const size = 99_990;
    const batch = seqs(many(9, { size }));
    expect(batch).toHaveLength(8);
    // 8 commands, 7 commas, the envelope.
    expect(8 * size + 7 + '{"commands":[],"version":1}'.length).toBeLessThanOrEqual(limits.bytes);
    expect(seqs(many(9, { size: 100_000 }))).toHaveLength(7);
  });

  test("does not overtake on a lane: a command that waits for its retry holds younger ones of its lanes", () => {
    const commands = [
      open(1, { lanes: ["account:a", "account:b"], notBefore: NOW + 500 }),
      open(2, { lanes: ["account:b", "account:c"] }),
      open(3, { lanes: ["account:c"] }),
      open(4, { lanes: ["account:d"] }),
    ];
    const choice = chooseBatch(commands, limits, NOW);
    expect(choice.batch.map(({ seq }) => seq)).toEqual([4]);
    expect(choice.nextAt).toBe(NOW + 500);
    expect(chooseBatch(commands, limits, NOW + 500).batch.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  test("does not overtake what is held back until the channel knows it, and lets the others go", () => {
    const commands = [
      open(1, { lanes: ["account:a", "account:b"] }),
      open(2, { lanes: ["account:b", "account:c"] }),
      open(3, { lanes: ["account:c"] }),
      open(4, { lanes: ["account:d"] }),
    ];
    const choice = chooseBatch(commands, limits, NOW, new Set(), ({ seq }) => seq === 1);
    expect(choice).toMatchObject({ full: false, nextAt: undefined });
    expect(choice.batch.map(({ seq }) => seq)).toEqual([4]);
  });

  test("leaves out what is held for the sake of its order, and everything younger", () => {
    const commands = [open(1), open(4, { lanes: ["account:a"] }), open(6, { lanes: ["account:a"] }), open(7)];
    const sent = (settled: number) => seqs([...inOrder(commands, settled)]).join();
    expect([0, 1, 3, 4, 6, 9].map(sent)).toEqual(["", "1", "1", "1,4", "1,4,6", "1,4,6,7"]);
  });

  test("names the earliest retry when nothing may travel", () => {
    const commands = [open(1, { notBefore: NOW + 900 }), open(2, { notBefore: NOW + 300 })];
    expect(chooseBatch(commands, limits, NOW)).toEqual({ batch: [], full: false, nextAt: NOW + 300 });
  });

  test("leaves out what is in flight, and whatever shares a lane with it, older or younger", () => {
    const flying = { inFlight: true, lanes: ["account:a", "account:b"] };
    const commands = [open(1, { lanes: ["account:b"] }), open(2, flying), open(3, { lanes: ["account:a"] }), open(4)];
    const busy = new Set(flying.lanes);
    expect(chooseBatch(commands, limits, NOW, busy).batch.map(({ seq }) => seq)).toEqual([4]);
    const later = [...commands, open(5, { lanes: ["account:c", "account:b"] }), open(6, { lanes: ["account:c"] })];
    expect(chooseBatch(later, limits, NOW, busy).batch.map(({ seq }) => seq)).toEqual([4]);
  });

  test("gives a group a transaction of its own when its turn comes, and keeps its lanes for it until then", () => {
    const commands = [
      open(1),
      open(2, { group: 7, lanes: ["account:s"] }),
      open(3, { lanes: ["account:s"] }),
      open(4, { group: 7 }),
      open(5, { group: 8 }),
      open(6),
    ];
    expect(seqs(commands)).toEqual([1, 6]);
    const rest = commands.filter(({ seq }) => seq !== 1 && seq !== 6);
    expect(seqs(rest)).toEqual([2, 4]);
    expect(chooseBatch(rest, limits, NOW).full).toBe(true);
    expect(seqs(rest.slice(1))).toEqual([3]);
  });

  test("is chosen among 20,000 open commands of one account in far less than the time of a block", () => {
    // Not timed: every command is looked at once, whatever the number of batches under way.
    let looks = 0;
    const commands = many(20_000, { lanes: ["account:a"] }).map((command) => ({
      ...command,
      get lanes() {
        looks++;
        return ["account:a"];
      },
    }));
    expect(chooseBatch(commands, limits, NOW, new Set(["account:a"])).batch).toEqual([]);
    expect(looks).toBeLessThanOrEqual(40_000);
    looks = 0;
    expect(chooseBatch(commands, limits, NOW).batch).toHaveLength(100);
    expect(looks).toBeLessThanOrEqual(200);
  });
});
