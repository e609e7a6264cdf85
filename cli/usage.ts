// Wrong usage of the command line: exit status 2. What commander finds by itself is the same.
import { GxError } from "../platform/errors.js";

/** The command was called wrongly; `message` names the argument and its rule. */
export class UsageError extends GxError {
  override readonly name = "UsageError";

  constructor(message: string) {
    super("USAGE", message);
  }
}

/** The whole number of an option. @throws UsageError outside `least` to `most` */
export function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${option}: ${text} is not a whole number from ${least} to ${most}`);
}
