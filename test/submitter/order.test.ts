import { createOrder, type Order } from "../../workers/submitter/order.js";

const NOW = 1_000;
const HOLD_MS = 2_000;

/** One look: who draws, then what is read. */
function look(order: Order, drawing: string[], highest: number | undefined, { now = NOW, covered = Infinity } = {}) {
  const given = order.found(drawing, now);
  order.read(highest, covered);
  return given;
}

describe("the order of acceptance", () => {
  test("is complete at the second look when nobody draws", () => {
    const order = createOrder(HOLD_MS);
    look(order, [], 7);
    expect(order).toMatchObject({ settled: -1, holds: true, waits: true });
    look(order, [], 7);
    expect(order).toMatchObject({ settled: 7, holds: false, waits: false });
  });

  test("holds nothing where nothing was read", () => {
    const order = createOrder(HOLD_MS);
    look(order, ["a"], undefined);
    expect(order).toMatchObject({ settled: -1, holds: false, waits: false });
  });

  test("waits for everybody who draws after the first sight, and for nobody who came later", () => {
    const order = createOrder(HOLD_MS);
    look(order, ["gone"], 7);
    look(order, ["a", "b"], 7);
    look(order, ["b", "c"], 7);
    expect(order.settled).toBe(-1);
    look(order, ["c", "d"], 7);
    expect(order.settled).toBe(7);
  });

  test("is complete only once the rows were read behind the end of the last one", () => {
    const order = createOrder(HOLD_MS);
    look(order, [], 7);
    order.found([], NOW);
    expect(order).toMatchObject({ settled: -1, holds: true });
    order.read(7, Infinity);
    expect(order.settled).toBe(7);
  });

  test("goes on with the old while the new is held", () => {
    const order = createOrder(HOLD_MS);
    look(order, [], 7);
    look(order, ["a"], 9);
    look(order, ["b"], 12);
    expect(order).toMatchObject({ settled: 7, holds: true });
    look(order, ["c"], 12);
    expect(order.settled).toBe(9);
    look(order, [], 12);
    expect(order).toMatchObject({ settled: 12, holds: false });
  });

  test("reaches no further than the rows that a look had room for", () => {
    const order = createOrder(HOLD_MS);
    look(order, [], 7);
    look(order, [], 4, { covered: 4 });
    expect(order).toMatchObject({ settled: 4, holds: true, waits: false });
    look(order, [], 7);
    expect(order.settled).toBe(7);
  });

  test("never goes back", () => {
    const order = createOrder(HOLD_MS);
    look(order, [], 7);
    look(order, [], 7);
    look(order, ["a"], 3, { covered: 3 });
    expect(order.settled).toBe(7);
  });

  test("waits 2 s for one that stays open, names it once, and does not wait for it again", () => {
    const order = createOrder(HOLD_MS);
    look(order, ["stuck"], 7);
    // However long ago the first sight was: the transaction was first met here.
    expect(look(order, ["stuck"], 7, { now: NOW + 60_000 })).toEqual([]);
    const end = NOW + 60_000 + HOLD_MS;
    expect(look(order, ["stuck", "new"], 7, { now: end - 1 })).toEqual([]);
    expect(order.settled).toBe(-1);
    expect(look(order, ["stuck", "new"], 9, { now: end })).toEqual(["stuck"]);
    expect(order.settled).toBe(7);
    expect(look(order, ["stuck", "new"], 9, { now: end + 1 })).toEqual([]);
    expect(order.settled).toBe(7);
    expect(look(order, ["stuck"], 9, { now: end + 2 })).toEqual([]);
    expect(order.settled).toBe(9);
  });
});
