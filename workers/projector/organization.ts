// Organizations and their multi-signature transactions.
import { changesOf, type Projection } from "./change.js";

changesOf("organization");

export const organization = {} satisfies Projection<"organization">;
