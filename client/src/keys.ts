// Idempotency keys: made once for a command, and remembered until it is answered.
import type { Options } from "./options.js";

export interface Keys {
  /** The key of this command with this input: the remembered one, else a new one, remembered from now on. */
  keyOf(command: string, input: object): string;
  /** It has been answered: the same input is another command from now on. */
  answered(command: string, input: object): void;
}

export function openKeys({ storage, url }: Pick<Options, "storage" | "url">): Keys {
  const entryOf = (command: string, input: object) => `gx ${url} ${command} ${canonical(input)}`;
  return {
    keyOf: (command, input) => {
      const entry = entryOf(command, input);
      const key = storage?.getItem(entry) ?? newKey();
      storage?.setItem(entry, key);
      return key;
    },
    answered: (command, input) => storage?.removeItem(entryOf(command, input)),
  };
}

/** 128 bits by chance, as hex: also where a page has no `crypto.randomUUID`, for it came over plain HTTP. */
export function newKey(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const canonical = (input: object): string =>
  JSON.stringify(Object.fromEntries(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1))));
