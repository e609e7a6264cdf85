// Accounts, their statements, the supply and its pools.
import { MAX_SUPPLY, poolNames, pools, type PoolName } from "../../catalogue/economy.js";
import type { EntityName } from "../../catalogue/entities.js";
import type { RowOf, WhereOf } from "../../platform/reads.js";
import { connection, type Connection, type PageArguments } from "../connections.js";
import type { Context } from "../context.js";
import { byId, column, given, reference, row, to } from "../entities.js";
import { invalidInput } from "../errors.js";
import { holdersIn } from "../holders.js";
import { placesBetween } from "../times.js";

type Wallet = RowOf<"Wallet">;
type Entry = RowOf<"Entry">;
interface Statement extends PageArguments {
  readonly type?: string | null;
  readonly from?: string | null;
  readonly to?: string | null;
}

const owners: Readonly<Record<string, EntityName>> = {
  USER: "User",
  ORGANIZATION: "Organization",
  TREASURY: "Country",
};

/** Accounts of countries and of the system are open to everybody. */
const isOpen = (accountId: string) => /^(treasury_|SYSTEM_)/.test(accountId);
const balanceOf = ({ stored, pending }: Pick<Wallet, "stored" | "pending">) => stored + pending;

/** An account's statement, newest line first. */
async function statement(walletId: string, { type, from, to: until, ...paging }: Statement, context: Context) {
  const [begin, end] = [from, until].map((time) => (time == null ? undefined : new Date(time)));
  const at = given({ gte: begin, lte: end });
  const span = begin || end ? { at, position: await placesBetween(context, begin, end) } : {};
  const where = { walletId, ...given({ type }), ...span } as WhereOf<"Entry">;
  return connection(context, { model: "Entry", where, order: "position", scope: `Entry:${walletId}` }, paging);
}

/** Newest first. */
async function unfolded({ id }: Wallet, { first }: PageArguments, { reads, pageSize }: Context) {
  const take = first ?? 20;
  if (take < 1 || take > pageSize) {
    throw invalidInput([{ path: "first", message: `must be a whole number from 1 to ${pageSize}` }]);
  }
  return reads.many("Delta", {
    where: { accountId: id, folded: false },
    orderBy: [{ at: "desc" }, { deltaKey: "desc" }],
    take,
  });
}

async function allPools({ rows }: Context): Promise<RowOf<"Pool">[]> {
  const found = await Promise.all(poolNames.map((name) => rows.one("Pool", name)));
  return found.filter((pool) => pool !== null);
}

/** By the first invariant of protocol.md 17 what is not held by countries and the system is held by users and organizations. */
async function supply(_: unknown, _args: unknown, context: Context) {
  const found = await allPools(context);
  const common = await context.reads.many("Wallet", { where: { kind: { in: ["TREASURY", "SYSTEM"] } } });
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
  const totalMinted = sum(found.map(balanceOf));
  return {
    maxSupply: MAX_SUPPLY,
    totalMinted,
    availableToMint: MAX_SUPPLY - totalMinted,
    circulating: totalMinted - sum(common.map(balanceOf)),
    pools: found,
  };
}

async function poolBalance({ id }: RowOf<"Pool">, _: unknown, { rows }: Context): Promise<bigint> {
  const { account } = pools[id as PoolName];
  const wallet = account === null ? null : await rows.one("Wallet", account);
  return wallet ? balanceOf(wallet) : 0n;
}

const holds = holdersIn("AccountPersons");

const ofWallet = (idOf: (subject: never) => string) => ({
  concerns: (subject: never, sub: string, context: Context) => holds(idOf(subject), sub, context),
  open: (subject: never) => isOpen(idOf(subject)),
});

export const tokenomics = {
  persons: {
    User: { concerns: ({ id }: { id: string }, sub: string) => id === sub },
    Organization: {
      concerns: ({ id }: { id: string }, sub: string, context: Context) => holds(`org_${id}`, sub, context),
    },
    Wallet: ofWallet(({ id }: Wallet) => id),
    Transaction: ofWallet(({ walletId }: Entry) => walletId),
    TransactionConnection: ofWallet(({ list }: Connection<"Entry">) => list.where.walletId as string),
  },
  resolvers: {
    Query: {
      wallet: byId("Wallet"),
      transactions: async (_: unknown, { walletId, ...args }: Statement & { walletId: string }, context: Context) =>
        (await context.rows.one("Wallet", walletId)) && statement(walletId, args, context),
      transaction: byId("Entry"),
      supply,
      pools: (_: unknown, _args: unknown, context: Context) => allPools(context),
    },
    Wallet: {
      ...reference("Wallet", "Wallet"),
      balance: balanceOf,
      owner: (wallet: Wallet) => {
        const owner = owners[wallet.kind];
        return owner ? to(owner, "ownerId")(wallet, {} as never, {} as never) : null;
      },
      transactions: ({ id }: Wallet, args: Statement, context: Context) => statement(id, args, context),
      unfolded,
    },
    Transaction: {
      ...reference("Transaction", "Entry"),
      wallet: row("Wallet", "walletId"),
      direction: ({ amount }: Entry) => (amount < 0n ? "OUT" : "IN"),
      amount: ({ amount }: Entry) => (amount < 0n ? -amount : amount),
      counterparty: row("Wallet", "counterpartyId"),
      command: to("Command", "commandId"),
      blockNumber: column("block"),
    },
    Pool: { ...reference("Pool", "Pool"), minted: balanceOf, balance: poolBalance },
    Organization: {
      wallet: ({ id }: { id: string }, _: unknown, { rows }: Context) => rows.one("Wallet", `org_${id}`),
    },
    User: { wallet: row("Wallet", "id"), genesis: row("Genesis", "id") },
    Country: {
      treasury: ({ code }: { code: string }, _: unknown, { rows }: Context) => rows.one("Wallet", `treasury_${code}`),
    },
  },
};
