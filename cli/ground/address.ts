// What the embedded servers have in common: leaving their address for the other processes, and their last words.
import { renameSync, writeFileSync } from "node:fs";
import { secretFile } from "../../platform/config.js";

/** Leaves an address with its password in GX_HOME/keys, whole and readable for the owner alone. */
export function keepAddress(home: string, setting: "DATABASE_URL" | "REDIS_URL", url: string): void {
  const file = secretFile(home, setting);
  writeFileSync(`${file}.draft`, url, { mode: 0o600 });
  renameSync(`${file}.draft`, file);
}

/** Keeps the last lines that a server said, for the message when it does not start. */
export function lastWords(output: (chunk: Buffer) => void): { output: (chunk: Buffer) => void; text: () => string } {
  let text = "";
  return {
    output: (chunk) => {
      text = (text + chunk.toString()).slice(-2_000);
      output(chunk);
    },
    text: () => text.trim().split("\n").slice(-3).join(" | "),
  };
}
