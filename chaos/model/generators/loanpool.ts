// Commands about loans (protocol.md 9 and 12).
import type { Draw } from "../draw.js";
import type { Loan, World } from "../world.js";
import { amountUpTo, anyAdmin, GX, loanId, otherAdmin, userId, type Generator, type Generators } from "./generator.js";

const [LEAST, MOST] = [100n * GX, 1_000_000n * GX];
const OPEN: readonly Loan["status"][] = ["PENDING_APPROVAL", "ACTIVE", "DEFAULTED"];

const openOf = ({ loans }: World, id: string): number =>
  loans.filter(({ borrowerId, status }) => borrowerId === id && OPEN.includes(status)).length;
const isFrozen = (world: World, id: string) => world.account(id)?.frozen ?? true;

/** Some go up to their limit, and the odd ones beyond it. */
function borrowerFor(world: World, draw: Draw): string | undefined {
  const able = world.active.filter(({ userId: id }) => openOf(world, id) < 5 && !isFrozen(world, id));
  const begun = able.filter(({ userId: id }) => openOf(world, id) > 1);
  const full = world.active.filter(({ userId: id }) => openOf(world, id) >= 5);
  const frozen = world.active.filter(({ userId: id }) => isFrozen(world, id));
  const good = begun.length > 0 && draw.chance(0.55) ? begun : able;
  return draw.pick(draw.odd ? [...full, ...frozen, ...able.slice(0, 1)] : good, userId)?.userId;
}

const applyForLoan: Generator = (world, draw) => {
  const actor = borrowerFor(world, draw);
  const hopeless = !draw.odd && (world.parameters["loanMinTrust"] ?? 0) > 10;
  if (actor === undefined || (hopeless && draw.chance(0.8))) return undefined;
  const usual = LEAST + BigInt(amountUpTo(draw, 900n * GX));
  const amount = draw.chance(0.2) ? draw.one(LEAST, MOST) : usual;
  const outside = draw.odd && draw.chance(0.3) ? draw.one(LEAST - 1n, MOST + 1n) : amount;
  const purposeHash = draw.one(null, draw.hash());
  const application = (asked: bigint) => ({ amount: String(asked), collateralHash: draw.hash(), purposeHash });
  const more = draw.chance(0.1) ? 5 : 0;
  const one = () => ({ command: "loanpool.applyForLoan", actor, input: application(LEAST) });
  return { actor, input: application(outside), then: () => Array.from({ length: more }, one) };
};

const pending = ({ loans }: World) => loans.filter(({ status }) => status === "PENDING_APPROVAL");

/** A loan, and an admin who is not its borrower unless oddly so. */
function decided(world: World, draw: Draw, able: readonly Loan[]): { actor: string; id: string } | undefined {
  const loan = draw.pick(draw.odd ? world.loans : able, loanId);
  if (!loan) return undefined;
  const oneself = draw.odd && world.admins.includes(loan.borrowerId);
  const actor = oneself ? loan.borrowerId : otherAdmin(world, draw, loan.borrowerId);
  return { actor, id: draw.odd && draw.chance(0.2) ? draw.uuid() : loan.loanId };
}

const approveLoan: Generator = (world, draw) => {
  const able = pending(world).filter(
    ({ borrowerId }) => draw.odd || (world.isActive(borrowerId) && !isFrozen(world, borrowerId)),
  );
  const chosen = decided(world, draw, able);
  return chosen && { actor: chosen.actor, input: { loanId: chosen.id } };
};

const rejectLoan: Generator = (world, draw) => {
  const chosen = decided(world, draw, pending(world));
  return (
    chosen && { actor: chosen.actor, input: { loanId: chosen.id, reason: draw.one("No", "Not enough collateral") } }
  );
};

const repayLoan: Generator = (world, draw) => {
  const owed = world.loans.filter(({ status }) => status === "ACTIVE" || status === "DEFAULTED");
  const held = (id: string) => BigInt(world.account(id)?.stored ?? "0");
  const able = owed.filter(({ borrowerId: id }) => world.isActive(id) && held(id) > 0n && !isFrozen(world, id));
  const loan = draw.pick(draw.odd ? world.loans : able, loanId);
  if (!loan) return undefined;
  const { borrowerId, outstanding } = loan;
  const most = held(borrowerId) < BigInt(outstanding) ? held(borrowerId) : BigInt(outstanding);
  const amount = draw.chance(0.35) ? String(most > 0n ? most : 1n) : amountUpTo(draw, most > 0n ? most : 1n);
  if (!draw.odd) return { actor: borrowerId, input: { loanId: loan.loanId, amount } };
  const stranger = draw.pick(world.active, userId)?.userId ?? borrowerId;
  return draw.one(
    { actor: borrowerId, input: { loanId: draw.uuid(), amount } },
    { actor: stranger, input: { loanId: loan.loanId, amount } },
    { actor: borrowerId, input: { loanId: loan.loanId, amount: String(BigInt(outstanding) + 1n) } },
    { actor: borrowerId, input: { loanId: loan.loanId, amount: BigInt(outstanding) > 0n ? outstanding : "1" } },
    { actor: borrowerId, input: { loanId: loan.loanId, amount } },
  );
};

const markLoanDefaulted: Generator = (world, draw) => {
  const late = world.loans.filter(({ status, dueAt }) => status === "ACTIVE" && world.now > (dueAt ?? world.now));
  const early = world.loans.filter(({ status, dueAt }) => status === "ACTIVE" && world.now <= (dueAt ?? world.now));
  const wrong = early.length > 0 && draw.chance(0.6) ? early : world.loans;
  const id = draw.pick(draw.odd ? wrong : late, loanId)?.loanId;
  const wanted = draw.odd && draw.chance(0.3) ? draw.uuid() : id;
  return wanted === undefined ? undefined : { actor: anyAdmin(world, draw), input: { loanId: wanted } };
};

export const loanpool = { applyForLoan, approveLoan, rejectLoan, repayLoan, markLoanDefaulted } satisfies Generators;
