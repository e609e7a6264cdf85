// Wrong usage of the command line: exit status 2. What commander finds by itself is the same.
import { GxError } from "../platform/errors.js";

/** The command was called wrongly; `message` names the argument and its rule. */
export class UsageError extends GxError {
  override readonly name = "UsageError";

  constructor(message: string) {
    super("USAGE", message);
  }
}
