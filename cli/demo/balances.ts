// The balances of the scenario: after each step all of them are read, each by who may, and those that no step named are unmoved.
import { poolNames, type PoolName } from "../../catalogue/economy.js";
import { demoPeople } from "../../platform/development-identities.js";
import { coinsOf, qiratOf } from "./coins.js";
import type { Name } from "./people.js";
import { WrongFigure, type Reader, type World } from "./world.js";

const open = {
  "treasury NG": "treasury_NG",
  "treasury US": "treasury_US",
  operations: "SYSTEM_OPERATIONS_FUND",
  "loan pool": "SYSTEM_LOAN_POOL",
  redistribution: "SYSTEM_REDISTRIBUTION_POOL",
  "charitable pool": "SYSTEM_CHARITABLE_POOL",
  "GX pool": "SYSTEM_GX_POOL",
} as const;
export type Account = Name | keyof typeof open | "bakery";
/** Coins as in "299.5", by account or pool. */
export type Coins<K extends string> = Readonly<Partial<Record<K, string>>>;

export interface Books {
  /** From now on these are the balances and the minted totals; all others are as before. @throws WrongFigure */
  hold(balances: Coins<Account>, minted?: Coins<PoolName>): Promise<void>;
  /** The account of the organization. */
  found(bakery: string): void;
  /** All balances as they were last read, in Qirat. */
  balances(): ReadonlyMap<Account, bigint>;
}

export function openBooks(world: World): Books {
  const expected = new Map<Account, string>();
  const minted = new Map<PoolName, string>(poolNames.map((name) => [name, "0"]));
  const ids = new Map<Account, string>(Object.entries({ ...demoPeople, ...open }) as [Account, string][]);
  let found = new Map<Account, bigint>();
  return {
    found: (bakery) => void ids.set("bakery", bakery),
    balances: () => found,
    hold: async (balances, totals = {}) => {
      for (const [account, coins] of Object.entries(balances)) expected.set(account as Account, coins);
      for (const [pool, coins] of Object.entries(totals)) minted.set(pool as PoolName, coins);
      found = await readAll(world, ids, [...expected.keys()]);
      for (const [account, coins] of expected) compare(`balance of ${account}`, coins, found.get(account));
      const mintedNow = await readMinted(world);
      for (const [pool, coins] of minted) compare(`minted of ${pool}`, coins, mintedNow.get(pool));
      tell(world, balances, totals, expected.size);
    },
  };
}

function compare(what: string, coins: string, found: bigint | undefined): void {
  if (found === qiratOf(coins)) return;
  throw new WrongFigure(what, `${coins} GX`, found === undefined ? "none" : `${coinsOf(found)} GX`);
}

function tell({ story }: World, balances: Coins<Account>, totals: Coins<PoolName>, all: number): void {
  const changed = Object.entries(balances).map(([account, coins]) => `${account} ${coins}`);
  const pools = Object.entries(totals).map(([pool, coins]) => `${pool} ${coins}`);
  const rest = all - changed.length;
  if (changed.length > 0) {
    story.tell({ who: "balances", what: changed.join(", "), result: rest > 0 ? `${rest} others unmoved` : "" });
  } else story.tell({ who: "balances", what: `all ${all} unmoved`, result: "" });
  if (pools.length > 0) story.tell({ who: "minted", what: pools.join(", "), result: "" });
}

/** People read their own balance, Ada the bakery's; treasuries and system accounts are open to everybody. */
const readerOf = (account: Account): Reader => {
  if (account === "bakery") return "Ada";
  return account in demoPeople ? (account as Name) : "everybody";
};

async function readAll(
  world: World,
  ids: ReadonlyMap<Account, string>,
  asked: readonly Account[],
): Promise<Map<Account, bigint>> {
  const readers = [...new Set(asked.map(readerOf))];
  const parts = await Promise.all(
    readers.map(async (reader) => {
      const own = asked.filter((account) => readerOf(account) === reader);
      const fields = own.map((account, n) => `a${n}: wallet(id: "${ids.get(account) ?? ""}") { balance }`);
      const data = await world.read<Record<string, { balance: string } | null>>(reader, `{ ${fields.join(" ")} }`);
      return own.flatMap((account, n): [Account, bigint][] => {
        const balance = data[`a${n}`]?.balance;
        return balance === undefined ? [] : [[account, BigInt(balance)]];
      });
    }),
  );
  return new Map(parts.flat());
}

async function readMinted(world: World): Promise<Map<PoolName, bigint>> {
  const { pools } = await world.read<{ pools: { id: PoolName; minted: string }[] }>(
    "everybody",
    "{ pools { id minted } }",
  );
  return new Map(pools.map(({ id, minted }) => [id, BigInt(minted)]));
}
