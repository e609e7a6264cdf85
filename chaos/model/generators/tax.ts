// Commands of the tax (protocol.md 6 and 12).
import type { Draw } from "../draw.js";
import type { Account, World } from "../world.js";
import {
  accountId,
  adminUser,
  amountUpTo,
  anyAdmin,
  GX,
  holders,
  itself,
  otherAdmin,
  type Asking,
  type Generator,
  type Generators,
} from "./generator.js";

const THRESHOLD = 100n * GX;

const isDue =
  ({ now, parameters }: World) =>
  ({ frozen, taxExempt, taxTimerStart }: Account): boolean =>
    !frozen &&
    !taxExempt &&
    taxTimerStart !== null &&
    now - taxTimerStart >= (parameters["velocityTaxPeriodSeconds"] ?? 0);

const applyVelocityTax: Generator = (world, draw) => {
  const all = holders(world);
  const exempt = all.filter(({ taxExempt }) => taxExempt);
  const wrong = exempt.length > 0 && draw.chance(0.3) ? exempt : all;
  const id = draw.pick(draw.odd ? wrong : all.filter(isDue(world)), accountId)?.accountId;
  const wanted = draw.odd && draw.chance(0.15) ? draw.uuid() : id;
  return wanted === undefined ? undefined : { actor: anyAdmin(world, draw), input: { accountId: wanted } };
};

const setTaxExemption: Generator = (world, draw) => {
  const account = draw.pick(holders(world), accountId);
  if (!account) return undefined;
  const { accountId: id, taxExempt } = account;
  const actor = otherAdmin(world, draw, id);
  // Few stay exempt, or nothing would be left to tax.
  const many = holders(world).filter((one) => one.taxExempt).length > 2;
  if (!draw.odd) return many && !taxExempt ? undefined : { actor, input: { accountId: id, exempt: !taxExempt } };
  const oneself = adminUser(world, draw);
  return draw.one(
    { actor, input: { accountId: id, exempt: taxExempt } },
    { actor, input: { accountId: draw.uuid(), exempt: true } },
    oneself === undefined
      ? { actor, input: { accountId: id, exempt: taxExempt } }
      : { actor: oneself, input: { accountId: oneself, exempt: true } },
  );
};

const redistribute: Generator = (world, draw) => {
  const stored = BigInt(world.account("SYSTEM_REDISTRIBUTION_POOL")?.stored ?? "0");
  const isPoor = (id: string) => mayReceive(world.account(id));
  const people = world.active.map(({ userId }) => userId);
  const poor = draw.some(people.filter(isPoor), draw.between(1, 4), itself);
  if (poor.length === 0 || (!draw.odd && stored < 4n)) return undefined;
  const actor = world.admins.find((id) => !poor.includes(id)) ?? anyAdmin(world, draw);
  const amount = toBeShared(draw, stored, BigInt(poor.length));
  if (draw.odd) {
    const rich = people.find((id) => !isPoor(id)) ?? draw.uuid();
    return oddShare(world, draw, { actor, poor, rich, amount, stored });
  }
  return { actor, input: { recipients: poor, amount: amount && Number(amount) < poor.length ? null : amount } };
};

/** Mostly little, so that something is left for others. */
function toBeShared(draw: Draw, stored: bigint, least: bigint): string | null {
  const most = draw.chance(0.3) ? stored : stored / 10n;
  return draw.chance(0.2) ? null : amountUpTo(draw, most > least ? most : least);
}

const mayReceive = (account: Account | undefined): boolean =>
  account !== undefined && !account.frozen && BigInt(account.stored) < THRESHOLD;

interface Share {
  readonly actor: string;
  readonly poor: readonly string[];
  readonly rich: string;
  readonly amount: string | null;
  readonly stored: bigint;
}

function oddShare(world: World, draw: Draw, { actor, poor, rich, amount, stored }: Share): Asking {
  const oneself = adminUser(world, draw);
  return draw.one<Asking>(
    { actor, input: { recipients: [...poor, rich], amount } },
    { actor, input: { recipients: [...poor, draw.uuid()], amount: null } },
    { actor, input: { recipients: poor, amount: String(stored + 1n) } },
    { actor, input: { recipients: poor, amount: null } },
    oneself === undefined
      ? { actor, input: { recipients: poor } }
      : { actor: oneself, input: { recipients: [oneself] } },
  );
}

export const tax = { applyVelocityTax, setTaxExemption, redistribute } satisfies Generators;
