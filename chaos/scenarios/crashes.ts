// Processes that end exactly between a write or a send and what follows it.
import { until } from "../../bench/system.js";
import { crashPoints, moments, type Passed, type PointProcess } from "../crash-points.js";
import type { Scenario, Stage } from "../stage.js";

interface Meeting {
  readonly process: PointProcess;
  readonly point: string;
  readonly passed: Passed;
}

const meetings: readonly Meeting[] = crashPoints
  .filter(({ passed }) => passed === "working" || passed === "starting")
  .flatMap((point) =>
    point.processes.flatMap((process) =>
      moments([point]).map((moment) => ({ process, point: moment, passed: point.passed })),
    ),
  );

/** What passes seldom passes every few seconds. */
const MEET_MS = 10_000;
/** In one pass over all of them. */
const TRIES = 3;

/** What only a new leader passes needs one. */
async function meet(stage: Stage, { process, point, passed }: Meeting, order: number): Promise<boolean> {
  if (passed === "starting" && process !== "subgraphs") await stage.kill(`${process} leader`);
  return until(point, () => Promise.resolve(stage.arming.isKilled(order)), MEET_MS, 20).then(
    () => true,
    () => false,
  );
}

const crashPointsMet: Scenario = {
  name: "crash-points",
  sentence: "a process is killed at every boundary between a write or a send and what follows it",
  share: 8,
  least: 25,
  harm: { errors: 0.6, p99: 12_000 },
  run: async (stage) => {
    const left: Meeting[] = [];
    const tries = new Map<Meeting, number>();
    for (const { process, point } of meetings) stage.crashed(`${process}: ${point}`, 0);
    while (stage.left() > 0) {
      if (left.length === 0) {
        left.push(...meetings);
        tries.clear();
      }
      const [meeting] = left.splice(stage.random.below(left.length), 1);
      if (!meeting) return;
      let order = 0;
      // A new leader passes its own points once.
      const passing = meeting.passed === "starting" ? 1 : 1 + stage.random.below(2);
      const arm = () => void (order = stage.arming.arm(meeting.process, meeting.point, passing));
      const isMet = await stage.trap(meeting.process, arm, () => meet(stage, meeting, order));
      if (isMet) stage.crashed(`${meeting.process}: ${meeting.point}`, 1);
      else {
        stage.arming.disarm(meeting.process);
        // Not passed just then: its turn comes again before anybody's second one.
        const tried = (tries.get(meeting) ?? 0) + 1;
        tries.set(meeting, tried);
        if (tried < TRIES) left.push(meeting);
      }
      await stage.pause(200);
    }
  },
};

export const crashes = [crashPointsMet];
