// The type of a rule: it reads, refuses or writes, and says what happened. What it may do follows from its catalogue entry:
// other refusals, events, or a movement of coins that the entry does not announce do not compile.
import type { Domain, EmittedBy, InputOf, RefusalsOf } from "../catalogue/language.js";
import type { RefusalCode } from "../catalogue/refusals.js";
import type { Balances, Deltas } from "./accounts.js";
import type { State } from "./overlay.js";

/** Thrown by a rule: the command ends as refused, and nothing that it wrote stays. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(code);
    this.code = code;
  }
}

/** The command in hand. */
export interface Asked<C> {
  readonly id: string;
  readonly actor: string;
  /** Of the transaction: names what several of its commands gather without reading what others gathered. */
  readonly txId: string;
  /** The transaction's time, Unix seconds; it may be smaller than in an earlier transaction. */
  readonly now: number;
  /** To be thrown. */
  refuse(code: RefusalsOf<C>): Refusal;
  /** To be returned: the events in the order of protocol.md 12. */
  emits(...events: EmittedBy<C>[]): readonly EmittedBy<C>[];
}

type Emits<C, N extends string> = N extends EmittedBy<C>["name"] ? true : false;

/** The state, and the accounts as far as the command announces that coins move. */
export type Ledger<C> = State &
  (Emits<C, "BalanceChanged"> extends true
    ? { readonly accounts: Balances & (Emits<C, "AccountCredited"> extends true ? Deltas : unknown) }
    : unknown);

export type Rule<C> = (ledger: Ledger<C>, input: InputOf<C>, asked: Asked<C>) => Promise<readonly EmittedBy<C>[]>;

/** One rule for every command of a domain. */
export type RulesOf<D extends Pick<Domain, "commands">> = {
  readonly [N in keyof D["commands"]]: Rule<D["commands"][N]>;
};
