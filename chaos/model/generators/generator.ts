// What a generator of commands is, and whom and what all of them choose from. Generators know the protocol, never a rule.
import type { RefusalCode } from "../../../catalogue/refusals.js";
import type { Draw } from "../draw.js";
import type { Account, Loan, Organization, Person, World } from "../world.js";

export interface Asking {
  readonly actor: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What it must get if nothing comes before: the input is wrong on purpose. */
  readonly expect?: RefusalCode;
  /** What may follow at once, in the same batch, on the command with this id. */
  readonly then?: (id: string) => readonly Following[];
}

/** A further step of the same signing role. */
export interface Following extends Pick<Asking, "actor" | "input"> {
  /** `<domain>.<command>`. */
  readonly command: string;
}

/** Something that can be asked in this world; undefined where nothing would make sense. */
export type Generator = (world: World, draw: Draw) => Asking | undefined;
export type Generators<N extends string = string> = Readonly<Record<N, Generator>>;

export const GX = 1_000_000n;

/** The persons that all runs know by short ids. */
export const persons: readonly string[] = Array.from(
  { length: 40 },
  (_, index) => `00000000-0000-7000-8000-${String(index + 1).padStart(12, "0")}`,
);
/** Signs for the super admin, and has no user. */
export const SUPER_ADMIN = "00000000-0000-7000-8000-00000000aaaa";
export const PARTNER = "00000000-0000-7000-8000-00000000bbbb";

export const userId = ({ userId: id }: Person): string => id;
export const accountId = ({ accountId: id }: Account): string => id;
export const organizationId = ({ organizationId: id }: Organization): string => id;
export const loanId = ({ loanId: id }: Loan): string => id;
export const itself = (id: string): string => id;

export const anyAdmin = (world: World, draw: Draw): string => draw.pick(world.admins, itself) ?? SUPER_ADMIN;
/** An admin other than this person, if there is one. */
export const otherAdmin = (world: World, draw: Draw, person: string): string =>
  draw.pick(
    world.admins.filter((id) => id !== person),
    itself,
  ) ?? anyAdmin(world, draw);
/** An admin who is a user as well. */
export const adminUser = (world: World, draw: Draw): string | undefined =>
  draw.pick(
    world.admins.filter((id) => world.has(`user~${id}`)),
    itself,
  );

export const isHolder = ({ kind }: Account): boolean => kind === "USER" || kind === "ORGANIZATION";
export const holders = ({ accounts }: World): readonly Account[] => accounts.filter(isHolder);
export const locked = ({ people }: World): readonly Person[] => people.filter(({ status }) => status === "LOCKED");

/** Amounts around which rules change, and some of any size; at most `most`, at least 1. */
export function amountUpTo(draw: Draw, most: bigint): string {
  const edges = [1n, 2n, 666n, 667n, 3n * GX - 1n, 3n * GX, 100n * GX, 100n * GX + 1n, 1_000n * GX].filter(
    (edge) => edge <= most,
  );
  if (edges.length > 0 && draw.chance(0.4)) return String(edges[draw.below(edges.length)]);
  const share = (most * BigInt(draw.between(1, 1_000))) / 1_000n;
  return String(share > 0n ? share : 1n);
}

export const maybeRemark = (draw: Draw): string | null => draw.one(null, "Rent", "Ẹ ṣé, naïve 漢字");
export const reason = (draw: Draw): string =>
  draw.one("ADMIN_ACTION", "SUSPICIOUS_ACTIVITY", "COMPLIANCE_REVIEW", "COURT_ORDER", "USER_REQUEST");
