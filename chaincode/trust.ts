// The trust score: what relationships and loans make of it (protocol.md 7.3). Whole numbers only; it reads, and writes nothing.
import { identity as happened } from "../catalogue/events/identity.js";
import type { State } from "./overlay.js";
import { keys, type Trust } from "./state.js";

/** A person without relationships and loans. */
export const firstTrust: Trust = { parents: 0, spouses: 0, siblings: 0, children: 0, friends: 0, loanAdjustment: 0 };

const clamp = (points: number) => Math.min(100, Math.max(0, points));

/** 10..100: each category of family counts once, friends up to ten. */
export function relationshipScoreOf({ parents, spouses, siblings, children, friends }: Trust): number {
  const family = [
    { count: parents, points: 30 },
    { count: spouses, points: 25 },
    { count: siblings, points: 15 },
    { count: children, points: 10 },
  ];
  const points = family.reduce((sum, category) => sum + (category.count > 0 ? category.points : 0), 10);
  return Math.min(100, points + Math.min(10, friends));
}

/** 0..100. */
export const scoreOf = (trust: Trust): number => clamp(relationshipScoreOf(trust) + trust.loanAdjustment);

/** The trust after a loan's effect in points; those beyond 0 and 100 are not saved up. */
export const withLoanEffect = (trust: Trust, effect: number): Trust => ({
  ...trust,
  loanAdjustment: clamp(scoreOf(trust) + effect) - relationshipScoreOf(trust),
});

/** The trust of a user who exists. */
export async function trustOf(state: State, userId: string): Promise<Trust> {
  const trust = await state.get(keys.trust(userId));
  if (!trust) throw new Error(`trust of ${userId} does not exist`);
  return trust;
}

/** The event that tells the whole trust of a user. */
export function trustChanged(userId: string, trust: Trust) {
  const scores = { score: scoreOf(trust), relationshipScore: relationshipScoreOf(trust) };
  return happened.TrustScoreChanged({ userId, ...scores, ...trust });
}
