// A span of time as a span of places in the ledger's order: what a list in that order needs to find it without looking through.
// Never relies on times that ascend: clocks of signers differ, and the checkpoint says by how much at most.
import type { Context } from "./context.js";

/** Bounds of a position; absent where the ledger is open. */
export interface Places {
  readonly gte?: string;
  readonly lt?: string;
}

/** The first place in a block. */
const placeOf = (block: bigint): string => String(block).padStart(12, "0");

/** All that happened from one time to the other, both included, lies within; what lies within happened about then. */
export async function placesBetween(context: Context, from: Date | undefined, to: Date | undefined): Promise<Places> {
  const [first, last] = await Promise.all([from && firstBlock(context, from), to && lastBlock(context, to)]);
  return {
    ...(first === undefined ? {} : { gte: placeOf(first) }),
    ...(last === undefined ? {} : { lt: placeOf(last + 1n) }),
  };
}

/** Before this block nothing was as late as that. */
async function firstBlock({ reads }: Context, from: Date): Promise<bigint | undefined> {
  return (await reads.first("Clock", { where: { at: { lte: from } }, orderBy: { at: "desc" } }))?.block;
}

/** What comes behind this block is later, even where it is behind the time as far as anything ever was. */
async function lastBlock({ reads }: Context, to: Date): Promise<bigint | undefined> {
  const { behind = 0n } = (await reads.first("Checkpoint")) ?? {};
  const beyond = new Date(to.getTime() + Number(behind) * 1_000);
  return (await reads.first("Clock", { where: { at: { gt: beyond } }, orderBy: { at: "asc" } }))?.block;
}
