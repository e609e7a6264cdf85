// How far long work is, on stderr, so that stdout is the result: one line that is written over on a terminal, one line each
// few seconds elsewhere.

export interface ProgressLine {
  /** Shown when it is time to; `text` is made only then. */
  show(text: () => string): void;
  /** Takes the line away. */
  end(): void;
}

const EVERY_MS = { terminal: 200, elsewhere: 5_000 };

export function progressLine(): ProgressLine {
  const terminal = process.stderr.isTTY;
  let told = Date.now();
  let standing = false;
  return {
    show: (text) => {
      if (Date.now() - told < (terminal ? EVERY_MS.terminal : EVERY_MS.elsewhere)) return;
      told = Date.now();
      standing = true;
      process.stderr.write(`${terminal ? "\r\x1b[K" : ""}${text()}${terminal ? "" : "\n"}`);
    },
    end: () => {
      if (terminal && standing) process.stderr.write("\r\x1b[K");
      standing = false;
    },
  };
}
