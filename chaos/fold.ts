// Money as the events tell it, added up once more for this suite alone (protocol.md 4, 13): balances, statements and, at
// the end of every block, that all balances together are what was minted. Shares no code with the projector.

type Event = Readonly<Record<string, unknown>>;

export interface Account {
  stored: bigint;
  pending: bigint;
  /** Sum and number of the signed lines of its statement. */
  lines: bigint;
  count: number;
}

export interface Fold {
  readonly accounts: ReadonlyMap<string, Account>;
  /** What does not add up, with the height at which it was seen. */
  readonly faults: string[];
  take(event: Event): void;
  /** To be called at the end of every block. */
  endOfBlock(block: number): void;
}

const FUND = "SYSTEM_OPERATIONS_FUND";
const text = (event: Event, field: string) => String(event[field]);
const qirat = (event: Event, field = "amount") => BigInt(text(event, field));
const isCounter = (id: string) => id.startsWith("MINTED_");

export function newFold(): Fold {
  const accounts = new Map<string, Account>();
  const deltas = new Map<string, bigint>();
  const credited = new Set<string>();
  const touched = new Set<string>();
  const faults: string[] = [];
  let held = 0n;
  let minted = 0n;
  const of = (id: string): Account => {
    const known = accounts.get(id) ?? { stored: 0n, pending: 0n, lines: 0n, count: 0 };
    accounts.set(id, known);
    touched.add(id);
    return known;
  };
  const change = (id: string, stored: bigint, pending: bigint) => {
    const account = of(id);
    if (isCounter(id)) minted += stored + pending;
    else held += stored + pending;
    account.stored += stored;
    account.pending += pending;
  };
  const line = (id: string, amount: bigint) => {
    if (amount === 0n) return;
    const account = of(id);
    account.lines += amount;
    account.count += 1;
  };
  const fold = (event: Event) => {
    const id = text(event, "accountId");
    const txIds = event["txIds"] as readonly string[];
    let sum = 0n;
    for (const txId of txIds) {
      sum += deltas.get(`${id} ${txId}`) ?? 0n;
      deltas.delete(`${id} ${txId}`);
    }
    if (sum !== qirat(event)) faults.push(`${id}: ${qirat(event)} were folded, its deltas are ${sum}`);
    change(id, sum, -sum);
    if (of(id).stored !== qirat(event, "stored")) faults.push(`${id}: folded to ${text(event, "stored")}`);
  };
  const take: Record<string, (event: Event) => void> = {
    BalanceChanged: (event) => {
      const id = text(event, "accountId");
      change(id, qirat(event, "balance") - of(id).stored, 0n);
    },
    AccountCredited: (event) => {
      const id = text(event, "accountId");
      const key = `${id} ${text(event, "deltaKey")}`;
      if (credited.has(key)) faults.push(`${key} was credited twice`);
      credited.add(key);
      // Credits of one transaction are one delta on the ledger.
      const delta = key.slice(0, key.lastIndexOf("~"));
      deltas.set(delta, (deltas.get(delta) ?? 0n) + qirat(event));
      change(id, 0n, qirat(event));
    },
    DeltasFolded: fold,
    TransferCompleted: (event) => {
      line(text(event, "from"), -qirat(event));
      line(text(event, "to"), qirat(event));
    },
    FeeCharged: (event) => {
      line(text(event, "payer"), -qirat(event));
      line(FUND, qirat(event));
    },
    GenesisDistributed: (event) => line(text(event, "userId"), qirat(event)),
    TreasuryAllocated: (event) => line(text(event, "accountId"), qirat(event)),
  };
  return {
    accounts,
    faults,
    take: (event) => take[text(event, "name")]?.(event),
    endOfBlock: (block) => {
      if (held !== minted) faults.push(`block ${block}: the accounts hold ${held}, but ${minted} were minted`);
      for (const id of touched) {
        const { stored, pending, lines } = of(id);
        if (stored < 0n) faults.push(`block ${block}: ${id} holds less than nothing`);
        if (isCounter(id) || stored + pending === lines) continue;
        faults.push(`block ${block}: ${id} holds ${stored + pending}, its statement says ${lines}`);
      }
      touched.clear();
    },
  };
}
