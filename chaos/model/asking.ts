// Plan and world → transactions: which command each intent asks for, and what is wrong with some of them.
import { commandOf, commands } from "../../catalogue/index.js";
import type { RefusalCode } from "../../catalogue/refusals.js";
import { signingRoles, type SigningRole } from "../../catalogue/roles.js";
import { newDraw, type Draw } from "./draw.js";
import { generatorOf } from "./generators/index.js";
import type { Asking } from "./generators/generator.js";
import type { Sent, SentCommand } from "./ledger.js";
import type { Planned } from "./plan.js";
import { usually, type Theme } from "./theme.js";
import type { World } from "./world.js";

const TRIES = 12;
const [DAY, YEAR] = [86_400, 31_536_000];

/** Percents below which a step of time is at most so long. */
const steps = [
  [8, -30],
  [12, 2 * YEAR],
  [17, 40 * DAY],
  [29, 3_600],
] as const;

/** The time of a transaction: mostly a little later than the last one, sometimes much, sometimes a little earlier. */
export function timeAfter(last: number, planned: Planned): number {
  const draw = newDraw(planned.seed);
  const kind = draw.below(100);
  const [, bound = 60] = steps.find(([below]) => kind < below) ?? [];
  return Math.max(1, last + (bound < 0 ? -draw.below(-bound) : draw.below(bound)));
}

/** The transaction shares the block of the one before it. */
export const joins = ({ seed }: Planned): boolean => newDraw(seed).again(1).chance(0.25);

/** Who signs: the draw's choice, unless the world waits for somebody. */
function signerFor(world: World, draw: Draw, { roles, people }: Theme): SigningRole {
  if (world.system?.paused && draw.chance(0.8)) return "gx_super_admin";
  if (world.active.length < people && draw.chance(0.8)) return "gx_partner_api";
  let left = draw.below(signingRoles.reduce((sum, role) => sum + roles[role], 0));
  return signingRoles.find((role) => (left -= roles[role]) < 0) ?? "gx_partner_api";
}

/** `past`: the commands that were executed before, of which some are sent again. */
export function transactionOf(
  world: World,
  planned: Planned,
  theme: Theme,
  past: readonly SentCommand[],
): Sent | undefined {
  const draw = newDraw(planned.seed).again(2);
  const signer = signerFor(world, draw, theme);
  const asked: SentCommand[] = [];
  const last = planned.intents.length - 1;
  for (const [place, seed] of planned.intents.entries()) {
    const own = newDraw(seed);
    const before = own.chance(0.03) ? own.pick([...past, ...asked], ({ id }) => id) : undefined;
    asked.push(...(before ? [again(before)] : commandsFor(world, { theme, signer, draw: own, place, last, asked })));
  }
  return asked.length === 0 ? undefined : { signer, at: world.now, txId: draw.hash(), commands: asked };
}

const again = ({ expect: _, ...command }: SentCommand): SentCommand => command;

interface Wish {
  readonly theme: Theme;
  readonly signer: SigningRole;
  readonly draw: Draw;
  /** Place in the batch. */
  readonly place: number;
  readonly last: number;
  /** What the batch holds already. */
  readonly asked: readonly SentCommand[];
}

function commandsFor(world: World, wish: Wish): readonly SentCommand[] {
  const { signer, draw } = wish;
  const id = draw.uuid();
  if (world.system?.paused && signer === "gx_super_admin" && wish.place === 0) return [endOfPause(id, draw)];
  const role = draw.chance(0.015) ? draw.one(...signingRoles) : signer;
  const possible = possibleFor(world, wish, role);
  return possible ? worded(possible, id, wish, role === signer) : [];
}

/** The wish as it is sent: some of it spoilt, some of it followed by what it makes possible. */
function worded(
  { command, asking, own }: Possible,
  id: string,
  { theme, draw }: Wish,
  maySign: boolean,
): readonly SentCommand[] {
  const { actor, input, expect, then } = spoilt(draw.odd ? asking : fixed(asking, command, theme), draw, own);
  const meant = maySign ? expect : "ROLE_NOT_ALLOWED";
  if (draw.chance(0.006)) return [{ id, command: `${command}s`, actor, input, expect: "UNKNOWN_COMMAND" }];
  if (meant) return [{ id, command, actor, input, expect: meant }];
  const following = !draw.odd && draw.chance(0.65) ? (then?.(id) ?? []) : [];
  return [{ id, command, actor, input }, ...following.map((next) => ({ id: draw.uuid(), ...next }))];
}

/** A pause that nobody ends would make a sequence of refusals. */
function endOfPause(id: string, draw: Draw): SentCommand {
  return draw.chance(0.12)
    ? { id, command: "admin.pauseSystem", actor: draw.uuid(), input: { reason: "Twice" } }
    : { id, command: "admin.resumeSystem", actor: draw.uuid(), input: {} };
}

interface Possible {
  readonly command: string;
  readonly asking: Asking;
  /** By which it was chosen. */
  readonly own: Draw;
}

function possibleFor(world: World, { theme, draw, place, last, asked }: Wish, role: SigningRole): Possible | undefined {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const own = draw.again(attempt);
    const command = nameFor(world, own, theme, role);
    // A pause at the beginning of a batch would be the end of the batch.
    const asking = command === "admin.pauseSystem" && place < last ? undefined : generatorOf(command)(world, own);
    if (asking && !(isTwin(asking, command, asked) && own.chance(0.85))) return { command, asking, own };
  }
  return undefined;
}

/** Several persons may ask these of one object at a time. */
const shared = [
  "identity.confirmRecovery",
  "identity.requestRelationship",
  "organization.endorseMembership",
  "governance.castVote",
];

/** The batch already asks something of the same object: mostly a waste. Payments have many receivers and no object. */
function isTwin({ actor, input }: Asking, command: string, asked: readonly SentCommand[]): boolean {
  if (Object.hasOwn(input, "to")) return false;
  const [object] = Object.values(input);
  const mine = (one: SentCommand) => !shared.includes(command) || one.actor === actor;
  return typeof object === "string" && asked.some((one) => Object.values(one.input)[0] === object && mine(one));
}

function nameFor(world: World, draw: Draw, { more, people, scarce }: Theme, role: SigningRole): string {
  if (role === "gx_partner_api" && world.active.length < people && draw.chance(0.9)) return "identity.createUser";
  const able = commands.filter((command) => command.role === role);
  // What is odd is always possible: there the seldom ones need no help.
  const often = (name: string) =>
    draw.odd ? Math.min(1, usually[name] ?? 1) : (usually[name] ?? 1) * (scarce?.[name] ?? 1);
  const weights = able.map(({ name, domain }) => often(name) * (more[name] ?? more[domain] ?? 1));
  let left = draw.below(1_000_000) * (weights.reduce((sum, weight) => sum + weight, 0) / 1_000_000);
  return able.find((_, index) => (left -= weights[index] ?? 0) < 0)?.name ?? able[0]?.name ?? "";
}

const fixed = (asking: Asking, command: string, { fixed: fields }: Theme): Asking => ({
  ...asking,
  input: { ...asking.input, ...fields?.[command] },
});

/** Now and then somebody who is nobody asks, or the input is no input of the command. */
function spoilt(asking: Asking, draw: Draw, own: Draw): Asking {
  if (draw.chance(0.02)) return { ...asking, actor: own.uuid() };
  if (!draw.chance(0.02)) return asking;
  const expect: RefusalCode = "INVALID_INPUT";
  const [field] = Object.keys(asking.input);
  const wrong = own.one<object>({ surprise: 1 }, field === undefined ? { surprise: null } : { [field]: { a: 1 } });
  return { ...asking, input: { ...asking.input, ...wrong }, expect };
}

export const weightOf = ({ command, input }: SentCommand): number => {
  const entry = commandOf(command);
  const parsed = entry?.schema.safeParse(input);
  return entry && parsed?.success ? entry.weight(parsed.data) : UNREAD;
};
/** What judging a command takes that has no valid input: system and receipt are read, the receipt is written. */
const UNREAD = 4;
