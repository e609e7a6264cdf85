// Commands of administration (protocol.md 10, 11 and 12).
import { parameterIds, parameters, type ParameterId } from "../../../catalogue/parameters.js";
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
  maybeRemark,
  persons,
  SUPER_ADMIN,
  type Asking,
  type Generator,
  type Generators,
} from "./generator.js";

const asSuperAdmin = (input: Asking["input"]): Asking => ({ actor: SUPER_ADMIN, input });

// ---------------------------------------------------------------- foundation

/** Values that let the whole life of votes, loans, recoveries and taxes happen in a short run. */
const short: Readonly<Partial<Record<ParameterId, readonly number[]>>> = {
  velocityTaxPeriodSeconds: [1, 60, 30_672_000],
  velocityTaxMinBps: [0, 100, 250],
  velocityTaxMaxBps: [300, 600, 1_000],
  quorumVotes: [1, 2, 3],
  approvalBps: [1, 5_000, 6_000, 10_000],
  voterMinTrust: [0, 10, 10, 20],
  votingPeriodSeconds: [20, 120, 3_600],
  loanMinTrust: [0, 0, 10, 20],
  loanTermSeconds: [1, 60, 3_600],
  recoveryPeriodSeconds: [3_600, 86_400, 604_800],
};

function overrides(draw: Draw): { id: string; value: number }[] {
  return parameterIds.flatMap((id) => {
    const values = short[id] ?? [0, 1, 7, 999, 1_000];
    const wanted = draw.chance(short[id] ? 0.88 : 0.25);
    return wanted ? [{ id, value: values[draw.below(values.length)] ?? parameters[id].default }] : [];
  });
}

/** Odd ones are refused before the bootstrap and after it. */
const bootstrapSystem: Generator = (_world, draw) => {
  const admins = draw.some(persons.slice(0, 12), draw.between(1, 4), itself);
  const chosen = overrides(draw);
  if (draw.odd) {
    const { profile, parameters: given } = draw.one(
      { profile: "mainnet", parameters: [{ id: "quorumVotes", value: 100 }] },
      { profile: "devnet", parameters: [{ id: "quorum", value: 100 }] },
      { profile: "devnet", parameters: [{ id: "quorumVotes", value: 0 }] },
      { profile: "devnet", parameters: [{ id: "velocityTaxMinBps", value: 999 }] },
    );
    return asSuperAdmin({ profile, admins, parameters: given });
  }
  if (chosen.length === 0 || draw.chance(0.12)) {
    return asSuperAdmin({ profile: draw.one("mainnet", "testnet", "devnet"), admins });
  }
  return asSuperAdmin({ profile: "devnet", admins, parameters: chosen });
};

const codes = ["NG", "US", "DE", "IN", "TV", "VA", "ZZ", "BR", "FR", "JP", "KE", "PE"];
/** ZZ has 49 slots and VA 349: some runs fill them. */
const shares: Readonly<Record<string, string>> = { NG: "0.03384748", VA: "0.00000007", ZZ: "0.00000001" };

const initializeCountryData: Generator = (world, draw) => {
  const known = new Set(world.countries.map(({ code }) => code));
  const row = (code: string, share = shares[code] ?? "0.00001234") => {
    return { code, name: `Land ${code}`, region: draw.one(null, "Region"), share };
  };
  const free = codes.filter((code) => !known.has(code));
  const wanted = draw.some(free, draw.between(1, 3), itself).map((code) => row(code));
  if (draw.odd) {
    const wrong = draw.one([row("XX", "1.00000000")], [row([...known][0] ?? "NG"), row("XY")]);
    return known.size === 0 ? undefined : asSuperAdmin({ countries: wrong });
  }
  return wanted.length === 0 ? undefined : asSuperAdmin({ countries: wanted });
};

// ---------------------------------------------------------------- pause, parameters, admins

const pauseSystem: Generator = (world, draw) =>
  !draw.odd && world.system?.paused ? undefined : asSuperAdmin({ reason: draw.one("Maintenance", "Attack, 攻撃") });

const resumeSystem: Generator = (world, draw) => (draw.odd || world.system?.paused ? asSuperAdmin({}) : undefined);

const bySuperAdmin = parameterIds.filter((id) => parameters[id].changeableBy.some((who) => who === "superAdmin"));

const updateSystemParameter: Generator = (world, draw) => {
  const id = bySuperAdmin[draw.below(bySuperAdmin.length)] ?? "loanMinTrust";
  const { min, max, default: usual } = parameters[id];
  const kept = world.system?.profile === "devnet" && draw.chance(0.9) ? (short[id]?.[1] ?? usual) : usual;
  if (!draw.odd) return asSuperAdmin({ parameterId: id, value: draw.chance(0.85) ? kept : draw.one(min, max) });
  return asSuperAdmin(
    draw.one<Asking["input"]>(
      { parameterId: "feeless", value: 1 },
      { parameterId: "quorumVotes", value: 100 },
      { parameterId: id, value: max + 1 },
      { parameterId: id, value: -1 },
    ),
  );
};

const appointAdmin: Generator = (world, draw) => {
  const actor = anyAdmin(world, draw);
  if (draw.odd) return { actor, input: { adminId: draw.one(actor, world.admins[0] ?? actor) } };
  const candidate = draw.pick(
    persons.filter((id) => !world.admins.includes(id)),
    itself,
  );
  return { actor, input: { adminId: world.admins.length < 8 && candidate ? candidate : draw.uuid() } };
};

const revokeAdmin: Generator = (world, draw) => {
  const adminId = draw.odd ? draw.one(draw.uuid(), world.admins[0] ?? draw.uuid()) : draw.pick(world.admins, itself);
  if (adminId === undefined || (!draw.odd && world.admins.length < 2)) return undefined;
  return asSuperAdmin({ adminId, reason: "Left the office" });
};

// ---------------------------------------------------------------- treasuries, pools, folding

const activateTreasury: Generator = (world, draw) => {
  const treasuries = world.accounts.filter(({ kind }) => kind === "TREASURY");
  const wanted = draw.pick(
    treasuries.filter(({ status }) => (status === "ACTIVE") === draw.odd),
    accountId,
  );
  if (draw.odd && draw.chance(0.4)) return { actor: anyAdmin(world, draw), input: { countryCode: "QQ" } };
  return wanted && { actor: anyAdmin(world, draw), input: { countryCode: wanted.country } };
};

const MOST_PAID = 100_000_000n * GX;

const disburseFromPool: Generator = (world, draw) => {
  const to = draw.pick(holders(world), accountId)?.accountId;
  if (to === undefined) return undefined;
  const input = { pool: draw.one("CHARITABLE", "GX", "OPERATIONS"), to, remark: maybeRemark(draw) };
  const amount = amountUpTo(draw, draw.chance(0.6) ? 1_000n * GX : MOST_PAID);
  if (!draw.odd) return asSuperAdmin({ ...input, amount });
  if (draw.chance(0.3)) return asSuperAdmin({ ...input, amount: String(MOST_PAID + 1n) });
  const person = draw.pick(world.people, ({ userId }) => userId)?.userId ?? draw.uuid();
  return draw.one(
    { actor: person, input: { ...input, to: person, amount } },
    asSuperAdmin({ ...input, to: draw.one(draw.uuid(), `org_${draw.uuid()}`), amount }),
  );
};

const isPoor = (world: World, id: string): boolean => {
  const account = world.account(id);
  return account !== undefined && !account.frozen && BigInt(account.stored) < 100n * GX;
};

/** Accounts that spend what was folded come first. */
const spenders = (accounts: readonly Account[]): readonly Account[] =>
  accounts.filter(({ accountId: id, status }) => status === "ACTIVE" || /REDISTRIBUTION|OPERATIONS/.test(id));

const REDISTRIBUTION = "SYSTEM_REDISTRIBUTION_POOL";

function toBeFolded(world: World, draw: Draw): string | undefined {
  const waiting = [...new Set(world.deltas.map(({ accountId: id }) => id))];
  const useful = spenders(world.accounts)
    .map(accountId)
    .filter((id) => waiting.includes(id));
  if (waiting.includes(REDISTRIBUTION) && draw.chance(0.6)) return REDISTRIBUTION;
  return draw.pick(useful.length > 0 && draw.chance(0.8) ? useful : waiting, itself);
}

const foldDeltas: Generator = (world, draw) => {
  const id = toBeFolded(world, draw);
  const none = { accountId: "SYSTEM_GX_POOL", txIds: [draw.hash()] };
  if (draw.odd || id === undefined) return draw.odd ? { actor: anyAdmin(world, draw), input: none } : undefined;
  const there = world.deltas.filter((delta) => delta.accountId === id).map(({ txId }) => txId);
  const txIds = draw.some(there, draw.chance(0.5) ? 200 : draw.between(1, 3), itself);
  if (draw.chance(0.2) && txIds.length < 200) txIds.unshift(draw.hash());
  const actor = adminUser(world, draw) ?? anyAdmin(world, draw);
  const poor = world.active.map(({ userId }) => userId).filter((one) => one !== actor && isPoor(world, one));
  const spent = { command: "tax.redistribute", actor, input: { recipients: poor.slice(0, 3), amount: null } };
  const then = () => (id === REDISTRIBUTION && poor.length > 0 ? [spent] : []);
  return { actor, input: { accountId: id, txIds }, then };
};

export const admin = {
  bootstrapSystem,
  initializeCountryData,
  pauseSystem,
  resumeSystem,
  updateSystemParameter,
  revokeAdmin,
  disburseFromPool,
  appointAdmin,
  activateTreasury,
  foldDeltas,
} satisfies Generators;
