// Commands about coins (protocol.md 4, 5 and 12).
import type { Draw } from "../draw.js";
import type { Account, World } from "../world.js";
import {
  accountId,
  adminUser,
  amountUpTo,
  anyAdmin,
  GX,
  holders,
  maybeRemark,
  otherAdmin,
  reason,
  userId,
  type Asking,
  type Generator,
  type Generators,
} from "./generator.js";

const FUND = "SYSTEM_OPERATIONS_FUND";
const REDISTRIBUTION = "SYSTEM_REDISTRIBUTION_POOL";

const storedOf = (account: Account | undefined): bigint => BigInt(account?.stored ?? "0");

/** A spendable part: some below what is held leaves room for the fee; exact remainders meet the limit of the tax. */
function spent(draw: Draw, held: bigint): string {
  const toTheLimit = held - 100n * GX;
  if (toTheLimit > 0n && draw.chance(0.15)) return String(toTheLimit);
  if (draw.chance(0.12)) return String((held * 9n) / 10n);
  return amountUpTo(draw, (held * 9n) / 10n);
}

const transfer: Generator = (world, draw) => {
  const able = world.active.filter(({ userId: id }) => {
    const account = world.account(id);
    return account !== undefined && storedOf(account) > 10n && (draw.odd || !account.frozen);
  });
  const from = draw.pick(able, userId)?.userId;
  if (from === undefined) return undefined;
  const others = world.accounts.filter(({ accountId: id }) => id !== from);
  // Organizations need coins before they can spend any.
  const organizations = others.filter(({ kind }) => kind === "ORGANIZATION");
  const chosen = draw.pick(
    organizations.length > 0 && draw.chance(0.35) ? organizations : others,
    accountId,
  )?.accountId;
  const to = draw.chance(0.08) ? REDISTRIBUTION : chosen;
  const input = { to, amount: spent(draw, storedOf(world.account(from))), remark: maybeRemark(draw) };
  if (!draw.odd) return { actor: from, input };
  const wrong = draw.one<object>(
    { to: from },
    { to: draw.one(draw.uuid(), `org_${draw.uuid()}`, "treasury_QQ") },
    { amount: String(storedOf(world.account(from)) + 1n) },
    { amount: "1" },
    { amount: String(storedOf(world.account(from))) },
  );
  return { actor: from, input: { ...input, ...wrong } };
};

const distributeGenesis: Generator = (world, draw) => {
  const without = world.people.filter(({ genesisPhase }) => genesisPhase === null);
  const user = draw.pick(draw.odd ? world.people : without.filter(({ ageYears }) => ageYears <= 73), userId);
  if (!user) return undefined;
  const ageYears = Math.max(user.ageYears, draw.between(13, 73));
  const actor = otherAdmin(world, draw, user.userId);
  if (!draw.odd) return { actor, input: { userId: user.userId, ageYears } };
  const oneself = adminUser(world, draw) ?? user.userId;
  return draw.one<Asking>(
    { actor, input: { userId: user.userId, ageYears } },
    { actor, input: { userId: draw.uuid(), ageYears } },
    { actor, input: { userId: without[0]?.userId ?? user.userId, ageYears: draw.one(12, 74) } },
    { actor: oneself, input: { userId: oneself, ageYears } },
  );
};

const transferInternal: Generator = (world, draw) => {
  const treasuries = world.accounts.filter(
    ({ kind, status }) => kind === "TREASURY" && (draw.odd || status === "ACTIVE"),
  );
  const rich = treasuries.filter((account) => draw.odd || storedOf(account) > 0n);
  const treasury = draw.pick(rich, accountId);
  const to = draw.pick(holders(world), accountId)?.accountId;
  const actor = otherAdmin(world, draw, to ?? "");
  const remark = maybeRemark(draw);
  const fund = storedOf(world.account(FUND));
  const payment = treasury &&
    to !== undefined && {
      ...{ type: "TREASURY_PAYMENT", from: treasury.accountId, to, remark },
      amount: amountUpTo(draw, storedOf(treasury)),
    };
  const fees = { type: "FEE_REDISTRIBUTION", from: FUND, to: REDISTRIBUTION, amount: amountUpTo(draw, fund), remark };
  if (draw.odd) return oddInternal(world, draw, { actor, payment: payment || undefined, fees });
  if (payment && (fund === 0n || draw.chance(0.6))) return { actor, input: payment };
  return fund > 0n ? { actor, input: fees } : undefined;
};

interface Internal {
  readonly actor: string;
  readonly payment: Asking["input"] | undefined;
  readonly fees: Asking["input"];
}

function oddInternal(world: World, draw: Draw, { actor, payment, fees }: Internal): Asking {
  const tooMuch = { ...fees, amount: String(100_000_000n * GX + 1n) };
  const swapped = { ...fees, from: REDISTRIBUTION, to: FUND };
  const oneself = adminUser(world, draw);
  return draw.one<Asking>(
    { actor, input: swapped, expect: "INVALID_INPUT" },
    { actor, input: tooMuch },
    { actor, input: { ...fees, amount: String(90_000_000n * GX) } },
    { actor, input: payment ?? tooMuch },
    { actor, input: payment ? { ...payment, to: draw.uuid() } : tooMuch },
    oneself && payment ? { actor: oneself, input: { ...payment, to: oneself } } : { actor, input: tooMuch },
  );
}

const freezeWallet: Generator = (world, draw) => {
  const all = holders(world);
  const frozen = all.filter((account) => account.frozen);
  if (!draw.odd && frozen.length > all.length / 4) return undefined;
  const wanted = draw.odd ? frozen : all.filter((account) => !account.frozen);
  const id = draw.pick(wanted, accountId)?.accountId ?? (draw.odd ? draw.uuid() : undefined);
  if (id === undefined) return undefined;
  const undone = { command: "tokenomics.unfreezeWallet", actor: otherAdmin(world, draw, id), input: { accountId: id } };
  const then = () => (draw.chance(0.4) ? [undone] : []);
  return { actor: anyAdmin(world, draw), input: { accountId: id, reason: reason(draw) }, then };
};

const unfreezeWallet: Generator = (world, draw) => {
  const all = holders(world);
  const id = draw.pick(draw.odd ? all : all.filter((account) => account.frozen), accountId)?.accountId;
  if (id === undefined) return undefined;
  const oneself = draw.odd ? adminUser(world, draw) : undefined;
  if (oneself !== undefined && draw.chance(0.4)) return { actor: oneself, input: { accountId: oneself } };
  const wanted = draw.odd && draw.chance(0.3) ? `org_${draw.uuid()}` : id;
  return { actor: otherAdmin(world, draw, id), input: { accountId: wanted } };
};

export const tokenomics = {
  transfer,
  distributeGenesis,
  transferInternal,
  freezeWallet,
  unfreezeWallet,
} satisfies Generators;
