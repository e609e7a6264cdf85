// A process for the suite beside it: does what its argument says.
import { setTimeout as sleep } from "node:timers/promises";
import { run, type ProcessMain } from "../../platform/process.js";

const mains: Readonly<Record<string, ProcessMain>> = {
  works: ({ log, release }) => {
    release("first", () => log.info("released first"));
    release("second", () => log.info("released second"));
    return Promise.resolve();
  },
  cannotStart: ({ log, release }) => {
    release("first", () => log.info("released first"));
    throw new Error("no such luck");
  },
  hangs: ({ release, log }) => {
    release("quick", () => log.info("released quick"));
    release("stuck", () => new Promise(() => undefined));
    return Promise.resolve();
  },
  failsToRelease: ({ log, release }) => {
    release("good", () => log.info("released good"));
    release("bad", () => {
      throw new Error("will not close");
    });
    return Promise.resolve();
  },
  hasDefect: async () => {
    await sleep(10);
    setImmediate(() => {
      throw new Error("a defect");
    });
  },
  isImpatient: async ({ log }) => {
    log.info("starting slowly");
    await new Promise(() => undefined);
  },
};

const main = mains[process.argv[2] ?? ""];
if (!main) throw new Error("unknown main");
process.exit(await run("projector", main, { opsPort: ({ ports }) => ports.projector }));
