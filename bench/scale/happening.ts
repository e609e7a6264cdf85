// What may happen in a generated world: the form in which each domain says it, and what of the world it sees.
import type { Random } from "../../chaos/random.js";
import type { Account, Accounts } from "./accounts.js";
import type { Chain } from "./chain.js";
import type { Person } from "./people.js";

export interface Story {
  readonly chain: Chain;
  readonly accounts: Accounts;
  readonly random: Random;
  /** The development admin. */
  readonly admin: string;
  readonly partner: string;
  /** Persons that are there by now. */
  people: number;
  /** Somebody who is there and holds coins. */
  somebody(): Person;
  /** The person with whom very much happens: the first. */
  readonly busy: Person;
}

/** Something that happens now and then. */
export interface Happening {
  /** How many there are in a thousand persons. */
  readonly often: number;
  happen(story: Story): void;
}

export const accountOf = ({ id, index: place, country }: Person): Account => ({ id, place, country });
