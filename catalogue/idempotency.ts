// The key under which a caller's request counts once (protocol.md 16.1).
import { text, type Kind } from "./language.js";

const key = text(8, 128);

/** Text of 8 to 128 characters without a slash: keys that are derived from it hold one. */
export const idempotencyKey: Kind<string> = {
  ...key,
  zod: key.zod.refine((value) => !value.includes("/"), { error: "must not contain a slash" }),
};
