// A bar on a terminal, a line for every tenth elsewhere.
import { SingleBar, Presets } from "cli-progress";

export function showProgress(total, done) {
  return process.stdout.isTTY ? showBar(total, done) : showLines(total, done);
}

function showBar(total, done) {
  const format = "{bar} {value} of {total}, {eta_formatted} left";
  const bar = new SingleBar({ format, clearOnComplete: false, hideCursor: true }, Presets.shades_classic);
  bar.start(total, done);
  return { step: () => bar.increment(), stop: () => bar.stop() };
}

function showLines(total, before) {
  let done = before;
  const tenth = (count) => Math.floor((count * 10) / total);
  return {
    step: () => {
      done += 1;
      if (tenth(done) > tenth(done - 1)) console.log(`${done} of ${total}`);
    },
    stop: () => undefined,
  };
}
