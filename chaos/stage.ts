// What a scenario has in its hands: the system, the callers, and ways to hurt that are counted and can be repeated by seed.
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../bench/system.js";
import type { Arena, Target } from "./arena.js";
import type { Arming } from "./arming.js";
import type { Driver, Load } from "./driver.js";
import type { Random } from "./random.js";

export interface Kill {
  readonly scenario: string;
  readonly target: string;
  /** Its end without a word, or any other hurt. */
  readonly how: "SIGKILL" | "other";
  /** Commands that were open just before. */
  readonly open: number;
}

/** The bounds that each value of a figure has to keep; none: it is printed only. */
export interface Goal {
  readonly most?: number;
  readonly least?: number;
}

/** A measured figure: what, its values, their goal. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly values: number[];
  readonly goal: Goal;
}

export interface Stage {
  readonly arena: Arena;
  readonly driver: Driver;
  readonly random: Random;
  readonly arming: Arming;
  readonly scenario: string;
  /** Milliseconds until the scenario should heal. */
  left(): number;
  /** SIGKILL with a backlog standing, and after what is to be seen just before; false where the process was not there. @throws when no backlog stands */
  kill(target: Target, justBefore?: () => Promise<unknown>): Promise<boolean>;
  /** Any other hurt with a backlog standing, counted by its name. */
  hurt(what: string, act: () => Promise<unknown>): Promise<void>;
  /** A process that ends itself by SIGKILL once it is armed, with a backlog standing; `met` says whether it did. */
  trap(target: string, arm: () => void, met: () => Promise<boolean>): Promise<boolean>;
  figure(name: string, unit: string, value: number, goal?: Goal): void;
  /** A point of the list of crash points was met by so many kills; 0 puts it on the list. */
  crashed(point: string, times: number): void;
  pause(milliseconds: number): Promise<void>;
  say(line: string): void;
}

export interface Scenario {
  readonly name: string;
  readonly sentence: string;
  /** Where it can be played; absent: everywhere. */
  readonly on?: "network";
  /** Its part of the seconds of a run of all. */
  readonly share: number;
  /** Seconds below which it is not worth starting. */
  readonly least: number;
  /** Bounds of good traffic while it runs: share of requests without an answer, p99 in ms. */
  readonly harm: { readonly errors: number; readonly p99: number };
  readonly load?: Partial<Load>;
  run(stage: Stage): Promise<void>;
}

/** Kills meet at least so many open commands. */
export const BACKLOG = 200;
const BACKLOG_MS = 60_000;

export interface StageParts {
  readonly arena: Arena;
  readonly driver: Driver;
  readonly random: Random;
  readonly arming: Arming;
  readonly scenario: string;
  readonly endsAt: number;
  readonly kills: Kill[];
  readonly figures: Map<string, Figure>;
  readonly crashes: Map<string, number>;
  readonly say: (line: string) => void;
}

export function openStage(parts: StageParts): Stage {
  const { arena, driver, scenario, kills, figures, crashes, endsAt } = parts;
  const standing = () =>
    until(
      `a backlog of ${BACKLOG} open commands`,
      async () => {
        const open = await arena.open();
        return open >= BACKLOG && open;
      },
      BACKLOG_MS,
      50,
    );
  return {
    ...{ arena, driver, scenario, random: parts.random, arming: parts.arming, say: parts.say },
    left: () => endsAt - Date.now(),
    kill: async (target, justBefore = () => Promise.resolve()) => {
      const open = await standing();
      await justBefore();
      const hit = await arena.signal(target, "SIGKILL");
      if (hit) kills.push({ scenario, target, how: "SIGKILL", open });
      return hit;
    },
    hurt: async (what, act) => {
      const open = await standing();
      await act();
      kills.push({ scenario, target: what, how: "other", open });
    },
    trap: async (target, arm, met) => {
      const open = await standing();
      arm();
      const isMet = await met();
      if (isMet) kills.push({ scenario, target, how: "SIGKILL", open });
      return isMet;
    },
    figure: (name, unit, value, goal = {}) => {
      const known = figures.get(name) ?? { name, unit, values: [], goal };
      known.values.push(value);
      if (Object.keys(goal).length > 0) parts.say(`${name}: ${value.toFixed(0)} ${unit}`);
      figures.set(name, known);
    },
    crashed: (point, times) => void crashes.set(point, (crashes.get(point) ?? 0) + times),
    pause: (milliseconds) => sleep(Math.max(0, milliseconds)),
  };
}
