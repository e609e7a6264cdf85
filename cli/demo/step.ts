// A step of the scenario, and what it has in its hands.
import type { Books } from "./balances.js";
import type { World } from "./world.js";

export interface Scene extends Pick<World, "act" | "see" | "read" | "until" | "config" | "story"> {
  readonly hold: Books["hold"];
  readonly found: Books["found"];
}

export interface Step {
  readonly title: string;
  readonly run: () => Promise<void>;
}
