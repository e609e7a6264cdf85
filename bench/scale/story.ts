// A history of a whole world as the ledger would tell it: who comes, pays, borrows, votes and is refused, in a fixed order.
// Never remembers what is over: its memory grows with the number of accounts alone.
import { newRandom, type Random } from "../../chaos/random.js";
import { newAccounts } from "./accounts.js";
import { begin } from "./beginnings.js";
import { newChain, type Made } from "./chain.js";
import { creation, payments } from "./coins.js";
import type { Happening, Story } from "./happening.js";
import { identities } from "./identities.js";
import { loans } from "./loans.js";
import { organizations } from "./organizations.js";
import { personOf } from "./people.js";
import { taxes } from "./taxes.js";
import { votes } from "./votes.js";

export const ADMIN = "00000000-0000-7000-8000-000000000002";
const PARTNER = "00000000-0000-7000-8000-000000000003";
/** 2024-06-01 and two years: much of what can be due is due. */
const START = 1_717_200_000;
const SPAN = 2 * 365 * 86_400;
/** Blocks between two looks at what can be folded. */
const EVERY = 1_000;

/** What happens in a world of so many persons; each remembers what it must. */
const happeningsOf = (users: number): readonly Happening[] => [
  ...[...payments, ...identities(users), ...organizations(users), ...loans, ...votes(), ...taxes()],
];

/** The first who holds coins. */
export const busyPerson = personOf([0, 1, 2, 3, 4, 5, 6, 7].find((index) => personOf(index).eligible) ?? 0);

/**
 * The blocks of a world of so many persons, from block 0 on; the same numbers give the same blocks.
 * In small worlds more has to happen for a list to be long: `busier` times as much per person.
 */
export function* storyOf(users: number, busier = 1): Generator<Made> {
  const chain = newChain(START);
  const random = newRandom(users);
  const story: Story = {
    ...{ chain, random, admin: ADMIN, partner: PARTNER, people: 0, busy: busyPerson },
    accounts: newAccounts(chain, users * 2),
    somebody: () => {
      for (;;) {
        const person = personOf(random.below(story.people));
        if (person.eligible) return person;
      }
    },
  };
  const happenings = happeningsOf(users);
  begin(story);
  for (let index = 0; index < users; index += 1) {
    chain.at = START + Math.floor((index / users) * SPAN);
    creation(story, personOf(index));
    story.people += 1;
    if (index < 100) continue;
    for (const { often, happen } of happenings) {
      for (let times = timesOf((often * busier) / 1_000, random); times > 0; times -= 1) happen(story);
    }
    if (index % EVERY === 0) story.accounts.fold(ADMIN);
    for (let made = chain.take(); made; made = chain.take()) yield made;
  }
  const last = chain.take("rest");
  if (last) yield last;
}

const timesOf = (often: number, random: Random) => Math.floor(often) + (random.chance(often % 1) ? 1 : 0);
