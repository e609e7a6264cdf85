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
  .filter(({ passed }) => passed !== "failing")
  .flatMap((point) =>
    point.processes.flatMap((process) =>
      moments([point]).map((moment) => ({ process, point: moment, passed: point.passed })),
    ),
  );

const MEET_MS = 6_000;

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
  share: 6,
  least: 25,
  harm: { errors: 0.6, p99: 12_000 },
  run: async (stage) => {
    const left: Meeting[] = [];
    for (const { process, point } of meetings) stage.crashed(`${process}: ${point}`, 0);
    while (stage.left() > 0) {
      if (left.length === 0) left.push(...meetings);
      const [meeting] = left.splice(stage.random.below(left.length), 1);
      if (!meeting) return;
      let order = 0;
      const arm = () =>
        Promise.resolve((order = stage.arming.arm(meeting.process, meeting.point, 1 + stage.random.below(2))));
      const isMet = await stage.hurt(meeting.process, arm, () => meet(stage, meeting, order));
      if (isMet) stage.crashed(`${meeting.process}: ${meeting.point}`, 1);
      else stage.arming.disarm(meeting.process);
      await stage.pause(200);
    }
  },
};

export const crashes = [crashPointsMet];
