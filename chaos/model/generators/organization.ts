// Commands about organizations and their signatures (protocol.md 8 and 12).
import type { Draw } from "../draw.js";
import type { MultiSig, Organization, World } from "../world.js";
import {
  accountId,
  amountUpTo,
  anyAdmin,
  GX,
  itself,
  locked,
  maybeRemark,
  organizationId,
  reason,
  userId,
  type Asking,
  type Following,
  type Generator,
  type Generators,
} from "./generator.js";

const FIRST_LIMIT = 1_000n * GX;

function proposed(world: World, draw: Draw): { stakeholders: string[]; country: string; name: string } | undefined {
  const stakeholders = draw.some(world.active.map(userId), draw.one(2, 2, 3, 4), itself);
  const country = draw.pick(world.countries, ({ code }) => code)?.code;
  if (stakeholders.length < 2 || country === undefined) return undefined;
  return { stakeholders, country, name: draw.one("Bakery", "Òrùlé", "Ministry of Works") };
}

const wrongFoundation = (world: World, draw: Draw, stakeholders: readonly string[]) =>
  draw.one<object>(
    { country: "QQ" },
    { stakeholders: [...stakeholders, draw.uuid()] },
    { stakeholders: [...new Set([...stakeholders, locked(world)[0]?.userId ?? draw.uuid()])] },
  );

/** Too many at a time, and none of them is ever activated. */
const isBusy = (world: World) => inFoundation(world).length > 2;

const proposeOrganization: Generator = (world, draw) => {
  const sound = proposed(world, draw);
  if (!sound || (!draw.odd && isBusy(world))) return undefined;
  const input = { ...sound, type: draw.one("BUSINESS", "NGO") };
  const [actor = ""] = sound.stakeholders;
  if (!draw.odd) return { actor, input, then: (id) => foundation(world, draw, id, sound.stakeholders) };
  const outsider = world.active.map(userId).find((id) => !sound.stakeholders.includes(id));
  if (outsider !== undefined && draw.chance(0.3)) return { actor: outsider, input };
  return { actor, input: { ...input, ...wrongFoundation(world, draw, sound.stakeholders) } };
};

/** The whole way to an organization that has asked for a payment. */
function foundation(world: World, draw: Draw, id: string, stakeholders: readonly string[]): readonly Following[] {
  const [first = "", ...others] = stakeholders;
  const organizationId = id;
  const about = (command: string, actor: string, more: object = {}): Following => ({
    ...{ command: `organization.${command}`, actor, input: { organizationId, ...more } },
  });
  const rule = {
    ruleId: "first",
    amountAbove: draw.one("0", "0", "0", "50000000"),
    requiredApprovers: draw.one(1, 2, 2),
    approverGroup: stakeholders,
  };
  const rich = world.active.find(({ userId: one }) => BigInt(world.account(one)?.stored ?? "0") > 200n * GX);
  const to = draw.pick(world.accounts.map(accountId), itself);
  return [
    about("defineAuthRule", first, rule),
    ...others.map((other) => about("endorseMembership", other)),
    about("activateOrganization", first),
    ...(rich
      ? [{ command: "tokenomics.transfer", actor: rich.userId, input: { to: `org_${id}`, amount: "150000000" } }]
      : []),
    about("initiateMultiSigTx", others[0] ?? first, { to, amount: "20000000" }),
    about("initiateMultiSigTx", first, { to, amount: "30000000" }),
  ];
}

const proposeGovernmentOrganization: Generator = (world, draw) => {
  const sound = proposed(world, draw);
  if (!draw.odd && isBusy(world)) return undefined;
  const wrong = sound && draw.odd ? wrongFoundation(world, draw, sound.stakeholders) : {};
  return sound && { actor: anyAdmin(world, draw), input: { ...sound, ...wrong } };
};

const inFoundation = ({ organizations }: World) =>
  organizations.filter(({ status }) => status === "PENDING_ENDORSEMENT");
/** Somebody for whom an organization is none of their business, or an id that is of none. */
function oddAboutOrganization(world: World, draw: Draw, more: Asking["input"] = {}): Asking | undefined {
  const organization = draw.pick(world.organizations, organizationId);
  const outsider = world.active.map(userId).find((id) => !organization?.stakeholders.includes(id));
  if (outsider === undefined) return undefined;
  const id = organization && draw.chance(0.5) ? organization.organizationId : draw.uuid();
  return { actor: outsider, input: { organizationId: id, ...more } };
}

const stakeholderOf = (world: World, draw: Draw, { stakeholders }: Organization) =>
  draw.pick(stakeholders.filter(world.isActive), itself);

const endorseMembership: Generator = (world, draw) => {
  if (draw.odd && draw.chance(0.4)) return oddAboutOrganization(world, draw);
  const missing = ({ stakeholders, endorsements }: Organization) =>
    stakeholders.filter((id) => world.isActive(id) && !endorsements.includes(id));
  // Organizations that have rules come first: theirs is the last step but one.
  const open = inFoundation(world).filter((one) => missing(one).length > 0);
  const ready = open.filter(({ rules }) => rules.length > 0);
  const some = ready.length > 0 && draw.chance(0.7) ? ready : open;
  const organization = draw.pick(draw.odd ? world.organizations : some, organizationId);
  if (!organization) return undefined;
  const actor = draw.pick(draw.odd ? organization.stakeholders : missing(organization), itself);
  return actor === undefined ? undefined : { actor, input: { organizationId: organization.organizationId } };
};

const activateOrganization: Generator = (world, draw) => {
  if (draw.odd && draw.chance(0.3)) return oddAboutOrganization(world, draw);
  const ready = inFoundation(world).filter(
    ({ stakeholders, endorsements, rules }) => rules.length > 0 && endorsements.length === stakeholders.length,
  );
  const organization = draw.pick(draw.odd ? world.organizations : ready, organizationId);
  const actor = organization && stakeholderOf(world, draw, organization);
  return actor === undefined ? undefined : { actor, input: { organizationId: organization?.organizationId } };
};

function toBeRuled(world: World, draw: Draw): Organization | undefined {
  const many = world.organizations.filter(({ rules }) => rules.length >= 9);
  const few = inFoundation(world).filter(({ rules }) => rules.length < 2);
  const wanted = few.length > 0 && draw.chance(0.8) ? few : inFoundation(world);
  return draw.pick(draw.odd ? [...many, ...world.organizations] : wanted, organizationId);
}

const defineAuthRule: Generator = (world, draw) => {
  const organization = toBeRuled(world, draw);
  const actor = organization && stakeholderOf(world, draw, organization);
  if (!organization || actor === undefined) return undefined;
  const approverGroup = draw.some(organization.stakeholders, draw.chance(0.2) ? 1 : 4, itself);
  const taken = organization.rules.map(({ amountAbove }) => amountAbove);
  const free = ["0", String(FIRST_LIMIT), "50000000", "1"].filter((amount) => !taken.includes(amount));
  const rule = {
    ruleId: `rule ${draw.between(1, 12)}`,
    amountAbove: (draw.chance(0.7) ? free[0] : draw.pick(free, itself)) ?? String(draw.between(1, 1_000_000)),
    requiredApprovers: draw.between(Math.min(draw.chance(0.3) ? 1 : 2, approverGroup.length), approverGroup.length),
    approverGroup,
  };
  const input = { organizationId: organization.organizationId, ...rule };
  if (!draw.odd) return { actor, input };
  if (draw.chance(0.2)) return oddAboutOrganization(world, draw, rule);
  const wrong = draw.one<object>(
    { requiredApprovers: approverGroup.length + 1 },
    { approverGroup: [draw.uuid()], requiredApprovers: 1 },
    { ruleId: "another", amountAbove: taken[0] ?? "0" },
    {},
  );
  return { actor, input: { ...input, ...wrong } };
};

// ---------------------------------------------------------------- multi-signature

const isActive = ({ status }: Organization) => status === "ACTIVE";
const heldBy = (world: World, { organizationId: id }: Organization) =>
  BigInt(world.account(`org_${id}`)?.stored ?? "0");

const initiateMultiSigTx: Generator = (world, draw) => {
  const running = world.organizations.filter(isActive);
  const rich = running.filter((one) => heldBy(world, one) > 100n);
  const able = rich.length > 0 && draw.chance(0.9) ? rich : running;
  const organization = draw.pick(draw.odd ? world.organizations : able, organizationId);
  const actor = organization && stakeholderOf(world, draw, organization);
  if (!organization || actor === undefined) return undefined;
  const own = `org_${organization.organizationId}`;
  const held = heldBy(world, organization);
  const others = world.accounts.map(accountId).filter((id) => id !== own);
  const input = {
    ...{ organizationId: organization.organizationId, to: draw.pick(others, itself), remark: maybeRemark(draw) },
    amount: draw.chance(0.15) ? String(held + 1n) : amountUpTo(draw, (held * 8n) / 10n),
  };
  const partners = organization.stakeholders.filter((id) => id !== actor && world.isActive(id));
  if (!draw.odd) return { actor, input, then: (id) => ended(draw, id, partners) };
  const { organizationId: _, ...rest } = input;
  if (draw.chance(0.3)) return oddAboutOrganization(world, draw, rest);
  const wrong = draw.one<object>({ to: own }, { to: draw.uuid() }, { amount: "1" }, {});
  return { actor, input: { ...input, ...wrong } };
};

const ended = (draw: Draw, multiSigTxId: string, stakeholders: readonly string[]): readonly Following[] =>
  stakeholders.slice(0, 1).map((actor) => {
    const verb = draw.one("approve", "reject");
    return { command: `organization.${verb}MultiSigTx`, actor, input: { multiSigTxId } };
  });

const idOfMultiSig = ({ multiSigTxId }: MultiSig) => multiSigTxId;
const pending = (world: World) => world.multiSigs.filter(({ status }) => status === "PENDING");

function oddAboutMultiSig(world: World, draw: Draw): Asking | undefined {
  const actor = draw.pick(world.active, userId)?.userId;
  const multiSigTxId = draw.pick(world.multiSigs, idOfMultiSig)?.multiSigTxId ?? draw.uuid();
  const input = { multiSigTxId: draw.chance(0.3) ? draw.uuid() : multiSigTxId };
  return actor === undefined ? undefined : { actor, input };
}

const approveMultiSigTx: Generator = (world, draw) => {
  if (draw.odd && draw.chance(0.4)) return oddAboutMultiSig(world, draw);
  const running = new Set(world.organizations.filter(isActive).map(organizationId));
  const missing = ({ approverGroup, approvals }: MultiSig) =>
    approverGroup.filter((id) => world.isActive(id) && !approvals.includes(id));
  const open = pending(world).filter((one) => running.has(one.organizationId) && missing(one).length > 0);
  const transaction = draw.pick(draw.odd ? world.multiSigs : open, idOfMultiSig);
  if (!transaction) return undefined;
  const who = draw.odd ? transaction.approvals.filter(world.isActive) : missing(transaction);
  const actor = draw.pick(who, itself);
  return actor === undefined ? undefined : { actor, input: { multiSigTxId: transaction.multiSigTxId } };
};

const rejectMultiSigTx: Generator = (world, draw) => {
  if (draw.odd && draw.chance(0.6)) return oddAboutMultiSig(world, draw);
  const transaction = draw.pick(draw.odd ? world.multiSigs : pending(world), idOfMultiSig);
  if (!transaction) return undefined;
  const { approverGroup, initiatorId, multiSigTxId } = transaction;
  const actor = draw.pick([...new Set([...approverGroup, initiatorId])].filter(world.isActive), itself);
  return actor === undefined ? undefined : { actor, input: { multiSigTxId } };
};

// ---------------------------------------------------------------- lock

const lockOrganization: Generator = (world, draw) => {
  const running = world.organizations.filter(isActive);
  if (!draw.odd && running.length < 2 && draw.chance(0.6)) return undefined;
  const id = draw.pick(draw.odd ? world.organizations : running, organizationId)?.organizationId;
  const wanted = draw.odd && draw.chance(0.3) ? draw.uuid() : id;
  if (wanted === undefined) return undefined;
  const actor = anyAdmin(world, draw);
  const undone = { command: "organization.unlockOrganization", actor, input: { organizationId: wanted } };
  return { actor, input: { organizationId: wanted, reason: reason(draw) }, then: () => [undone] };
};

const unlockOrganization: Generator = (world, draw) => {
  const shut = world.organizations.filter(({ status }) => status === "LOCKED");
  const id = draw.pick(draw.odd ? world.organizations : shut, organizationId)?.organizationId;
  const wanted = draw.odd && draw.chance(0.3) ? draw.uuid() : id;
  return wanted === undefined ? undefined : { actor: anyAdmin(world, draw), input: { organizationId: wanted } };
};

export const organization = {
  proposeOrganization,
  proposeGovernmentOrganization,
  endorseMembership,
  activateOrganization,
  defineAuthRule,
  initiateMultiSigTx,
  approveMultiSigTx,
  rejectMultiSigTx,
  lockOrganization,
  unlockOrganization,
} satisfies Generators;
