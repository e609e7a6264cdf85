// What a watcher sees while it runs: one line that is written over on a terminal, a plain line every five seconds elsewhere.

export interface Live {
  say(line: string): void;
  close(): void;
}

const TERMINAL_MS = 250;
const PLAIN_MS = 5_000;

export function openLive(line: () => string, terminal = process.stderr.isTTY): Live {
  const clear = () => (terminal ? "\r\x1b[K" : "");
  const show = () => process.stderr.write(`${clear()}${line()}${terminal ? "" : "\n"}`);
  const timer = setInterval(show, terminal ? TERMINAL_MS : PLAIN_MS);
  return {
    say: (text) => process.stderr.write(`${clear()}${text}\n`),
    close: () => {
      clearInterval(timer);
      process.stderr.write(clear());
    },
  };
}
