// Persons: their genesis, their trust and their relationships.
import { number, valuesOf, type Invariants, type Must } from "./invariant.js";
import type { Row, State } from "../state.js";

export const identityInvariants: Invariants = {
  sentences: {
    6: "genesis once, at the right age",
    13: "trust scores follow from relationships and loans",
    14: "confirmed relationships once per pair",
  },
  check: (state, must) => {
    const counted = countRelationships(state, must);
    for (const row of valuesOf(state, "user")) checkTrust(row, counted.get(row["id"] ?? ""), must);
  },
};

type Counts = Record<string, bigint>;

const COLUMNS = ["parents", "spouses", "siblings", "children", "friends"] as const;
/** Type of a relationship → what the object is to the subject, and the subject to the object. */
const SIDES: Readonly<Record<string, readonly [object: string, subject: string]>> = {
  PARENT: ["parents", "children"],
  CHILD: ["children", "parents"],
  SPOUSE: ["spouses", "spouses"],
  SIBLING: ["siblings", "siblings"],
  FRIEND: ["friends", "friends"],
};

/** What confirmed relationships give each person; no pair has two, and nobody one with oneself. */
function countRelationships(state: State, must: Must): Map<string, Counts> {
  const pairs = new Set<string>();
  const counted = new Map<string, Counts>();
  for (const row of valuesOf(state, "relationship").filter(({ status }) => status === "CONFIRMED")) {
    const [subject, object] = [row["subject_id"] ?? "", row["object_id"] ?? ""];
    const pair = [subject, object].sort().join(" ");
    must(14, subject !== object, `relationship ${row["id"]} is one with oneself`);
    must(14, !pairs.has(pair), `relationship ${row["id"]} is a second one of ${pair}`);
    pairs.add(pair);
    const [toSubject = "", toObject = ""] = SIDES[row["type"] ?? ""] ?? [];
    for (const [user, column] of [
      [subject, toSubject],
      [object, toObject],
    ] as const) {
      const counts = counted.get(user) ?? {};
      counted.set(user, { ...counts, [column]: (counts[column] ?? 0n) + 1n });
    }
  }
  return counted;
}

const within = (points: bigint) => (points < 0n ? 0n : points > 100n ? 100n : points);

function checkTrust(row: Row, counted: Counts | undefined, must: Must): void {
  const [id, score] = [row["id"], number(row, "trust_score")];
  must(13, score >= 0n && score <= 100n, `trust score of ${id} is ${score}`);
  for (const column of COLUMNS) {
    const [told, found] = [number(row, column), counted?.[column] ?? 0n];
    must(13, told === found, `${column} of ${id} are ${told}, but ${found} relationships say so`);
  }
  const has = (column: string, points: bigint) => (number(row, column) > 0n ? points : 0n);
  const friends = number(row, "friends") > 10n ? 10n : number(row, "friends");
  const family = has("parents", 30n) + has("spouses", 25n) + has("siblings", 15n) + has("children", 10n);
  const relationships = within(10n + family + friends);
  must(13, number(row, "relationship_score") === relationships, `relationship score of ${id} is not ${relationships}`);
  const whole = within(relationships + number(row, "loan_adjustment"));
  must(13, score === whole, `trust score of ${id} is ${score}, but its parts give ${whole}`);
}
