// gx bench: figures of this machine, each as a ratio inside one run. A benchmark is one file in bench/.
import type { Command } from "commander";
import { keep, markdown, missed, type Report } from "../bench/report.js";
import { fabric } from "../bench/fabric.js";
import { gateway } from "../bench/gateway.js";
import { pipeline } from "../bench/pipeline.js";
import { read } from "../bench/read.js";
import { scale } from "../bench/scale.js";
import { start } from "../bench/start.js";
import { findInstallations } from "../network/programs.js";
import { environment } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { UsageError } from "./usage.js";

interface Options {
  gate?: true;
  json?: true;
  users: string;
}

type Benchmark = (say: (line: string) => void, users: number) => Promise<Report>;
const benchmarks: Readonly<Record<string, Benchmark>> = { fabric, gateway, pipeline, read, start, scale };
/** Takes half an hour: runs only when it is named. */
const LONG = "scale";

export function register(program: Command): void {
  program
    .command("bench")
    .description("Measure this machine: each benchmark is a ratio against what people run today.")
    .argument("[name...]", `which: ${Object.keys(benchmarks).join(", ")} (default: all but ${LONG})`)
    .option("--users <n>", `persons of the world of ${LONG}`, "1000000")
    .option("--gate", "exit status 1 when a ratio is below its gate")
    .option("--json", "one JSON object a line on stdout")
    .action(bench);
}

/** Nobody is told that a machine without Fabric's programs is slow; said aloud all the same. */
function isWithoutFabric(name: string): boolean {
  if (name !== "fabric" || findInstallations(environment()).length > 0) return false;
  console.error("SKIPPED: real Fabric: bench fabric: no programs of Fabric are on PATH or in FABRIC_BIN");
  return true;
}

async function bench(names: string[], { gate, json, users }: Options): Promise<void> {
  if (!/^[1-9]\d{2,6}$/.test(users))
    throw new UsageError(`--users: ${users} is not a whole number from 100 to 9999999`);
  const unknown = names.find((name) => !Object.hasOwn(benchmarks, name));
  if (unknown !== undefined) {
    throw new UsageError(`no benchmark is named ${unknown}; there are ${Object.keys(benchmarks).join(", ")}`);
  }
  const below: string[] = [];
  for (const [name, run] of Object.entries(benchmarks)) {
    if (names.length > 0 ? !names.includes(name) : name === LONG || isWithoutFabric(name)) continue;
    const report = await run((line) => console.error(line), Number(users));
    keep(report);
    console.log(json ? JSON.stringify(report) : markdown(report));
    below.push(...missed(report).map(({ measure, value }) => `${name}, ${measure}: ${value.toFixed(1)}`));
  }
  if (gate && below.length > 0) throw new GxError("GATE", `below the gate: ${below.join("; ")}`);
}
