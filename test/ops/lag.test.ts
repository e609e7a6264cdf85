// The lag of the projector by a clock that the test turns.
import { arrived, followed, heard, lagMs, newProgress } from "../../workers/projector/progress.js";
import { check } from "./checks.js";

const MINUTE = 60_000;
const times = (count: number, step: number) => Array.from({ length: count }, (_, index) => (index + 1) * step);

check("OPS-4.3", "U", "the lag is 0 on an idle chain for ten minutes, for leader and standby", () => {
  for (const note of [arrived, followed]) {
    const progress = newProgress();
    heard(progress, 8, 0);
    note(progress, 7, 0);
    const seen = times(600, 1_000).map((now) => {
      heard(progress, 8, now);
      return lagMs(progress, now);
    });
    expect(new Set(seen)).toEqual(new Set([0]));
  }
});

check(
  "OPS-4.3",
  "U",
  "the lag grows while nothing is projected, as the age of the first missing block by its own time",
  () => {
    const progress = newProgress();
    heard(progress, 8, 0);
    arrived(progress, 7, 0);
    const minutes = times(10, MINUTE);
    // Block 8 is made in the third minute, and one more each minute from then on.
    const made = 3 * MINUTE - 5_000;
    const seen = minutes.map((now, index) => {
      heard(progress, 8 + Math.max(0, index - 1), now);
      if (index >= 2) progress.missing = { block: 8, timeMs: made };
      return lagMs(progress, now);
    });
    expect(seen).toEqual(minutes.map((now, index) => (index < 2 ? 0 : now - made)));
    const last = minutes.length * MINUTE;
    arrived(progress, 16, last);
    expect(lagMs(progress, last + MINUTE)).toBe(0);
  },
);
