// The choice of a peer, from what was seen of each.
import { afterRound, afterSilence, chosen, standingOf, unseen, type Answer, type Seen } from "../../platform/peers.js";

const CHAIN = "aa";
const says = (height: number, genesis = CHAIN): Answer => ({ rttMs: 1, height, genesis });
const dumb: Answer = { rttMs: 1 };

/** What is known after these rounds; each is the answers of all peers. */
const after = (...rounds: Answer[][]): Seen[] => onward([], ...rounds);
const onward = (seen: Seen[], ...rounds: Answer[][]): Seen[] =>
  rounds.reduce<Seen[]>((known, answers) => {
    const floor = Math.max(0, ...known.map(({ height = 0 }) => height));
    return afterRound(known.length > 0 ? known : answers.map(() => unseen), answers, { chain: CHAIN, floor });
  }, seen);
const choose = (seen: Seen[], current: number, now = 1_000_000) =>
  chosen(seen, { current, chain: CHAIN, now, restMs: 30_000 });
const left = (seen: Seen[], index: number, leftAt: number) =>
  seen.map((peer, at) => (at === index ? { ...peer, leftAt } : peer));

it("stays where it is while that peer answers, and goes to the first fit one when it does not", () => {
  expect(choose(after([says(10), says(10), says(10)]), 0)).toBe(0);
  expect(choose(after([undefined, says(10), says(10)]), 0)).toBe(1);
  expect(choose(after([undefined, undefined, says(10)]), 0)).toBe(2);
  expect(choose(after([undefined, says(10), undefined]), 2)).toBe(1);
});

it("stays where it is when nobody answers, and before anybody was asked", () => {
  expect(choose(after([undefined, undefined]), 1)).toBe(1);
  expect(choose([unseen, unseen], 0)).toBe(0);
});

it("returns to a preferred peer that is well again and has rested", () => {
  const well = after([says(10), says(10)]);
  expect(choose(left(well, 0, 980_000), 1)).toBe(1);
  expect(choose(left(well, 0, 970_000), 1)).toBe(0);
  expect(choose(after([says(10), says(10)]), 1)).toBe(0);
});

it("takes a peer that was left lately only where no other is fit", () => {
  const two = left(after([says(10), undefined, says(10)]), 0, 999_000);
  expect(choose(two, 1)).toBe(2);
  expect(choose(left(after([says(10), undefined, undefined]), 0, 999_000), 1)).toBe(0);
});

it("chooses no peer that is more than two blocks behind, whether others or we know of them", () => {
  expect(choose(after([undefined, says(50), says(100)]), 0)).toBe(2);
  expect(choose(after([undefined, says(98), says(100)]), 0)).toBe(1);
  expect(choose(after([says(97), says(100)]), 1)).toBe(1);
  const known = after([says(100), says(100)]);
  expect(choose(onward(known, [undefined, says(50)]), 0)).toBe(0);
});

it("leaves a peer that stays behind, not one whose answer was late once", () => {
  const once = after([says(100), says(110)]);
  expect(choose(once, 0)).toBe(0);
  expect(choose(onward(once, [says(120), says(120)], [says(121), says(130)]), 0)).toBe(0);
  expect(choose(onward(once, [says(100), says(120)]), 0)).toBe(1);
});

it("never chooses a peer of another chain, nor counts its height", () => {
  const other = after([says(10), says(99, "bb")]);
  expect(choose(other, 0)).toBe(0);
  expect(other[0]?.behind).toBe(0);
  expect(choose(onward(other, [undefined, says(99, "bb")]), 0)).toBe(0);
  expect(choose(after([says(10, "bb"), says(10)]), 0)).toBe(1);
  expect(choose(after([says(10, "bb"), undefined]), 0)).toBe(1);
  expect(choose(after([says(10, "bb"), says(10, "cc")]), 0)).toBe(0);
  const forked = after([says(10), says(10)]).map((seen, at) => ({ ...seen, forked: at === 0 }));
  expect(choose(forked, 0)).toBe(1);
});

it("asks a peer that was away for its chain again", () => {
  const back = onward(after([says(10), says(10)]), [says(10), undefined], [says(10), { rttMs: 1, height: 10 }]);
  expect(back.map(({ genesis }) => genesis)).toEqual([CHAIN, undefined]);
});

it("keeps the peer in use when it answers without telling its height, and goes to none that does not tell", () => {
  expect(choose(after([dumb, dumb]), 0)).toBe(0);
  expect(choose(after([undefined, dumb]), 0)).toBe(0);
  const known = onward(after([says(10), says(10)]), [dumb, says(10)], [dumb, says(20)]);
  expect(choose(known, 0)).toBe(0);
});

it("takes a peer as away after three unanswered calls within five seconds", () => {
  const times = (...at: number[]) => at.reduce(afterSilence, { ...unseen, answers: true });
  expect(times(0, 2_000).answers).toBe(true);
  expect(times(0, 2_000, 4_000).answers).toBe(false);
  expect(times(0, 3_000, 6_000).answers).toBe(true);
});

it("has a word for each standing", () => {
  const seen = after([says(100), says(100), undefined, says(50), says(100, "bb")]);
  const words = seen.map((peer, index) => standingOf(peer, index === 0, CHAIN));
  expect(words).toEqual(["current", "standby", "away", "behind", "other chain"]);
  expect(standingOf({ ...unseen, answers: false }, true, CHAIN)).toBe("away");
  expect([standingOf(unseen, true, CHAIN), standingOf(unseen, false, CHAIN)]).toEqual(["current", "away"]);
});
