// npm run image:dry [-- gx | gx-chaincode]: builds the images in folders, starts what they hold, and prints what it saw.
// Never holds behaviour: that is dry.ts.
import { messageOf } from "../platform/errors.js";
import { imageNames } from "./contents.js";
import { dryRun, LIMIT, type DryRun } from "./dry.js";
import { megabytes } from "./sizes.js";

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !imageNames.some((known) => known === name));

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

const LARGEST = 10;

const seconds = (value: number | undefined): string => (value === undefined ? "–" : `${value.toFixed(1)} s`);

function report({ image, base, user, bytes, parts, packages, ran }: DryRun): string {
  const node = /node:(\d+\.\d+\.\d+)/.exec(base)?.[1];
  const lines = [
    `${image}: ${megabytes(bytes)} of files, ${packages.length} packages; the goal is ${megabytes(LIMIT)} at most, beside the base`,
    `base ${base}`,
    `built and run here by Node.js ${process.versions.node}${node === process.versions.node ? ", as in the base" : `; the base has ${node}`}`,
    ...["", table(parts.map(({ name, bytes }) => [name, megabytes(bytes)]))],
    ...[
      "",
      "largest packages",
      table(packages.slice(0, LARGEST).map((one) => [one.name, one.version, megabytes(one.bytes)])),
    ],
    ...["", `from these files, read-only, as ${user}`],
    table([
      ["process", "arguments", "ready", "ended by SIGTERM"],
      ...ran.map((one) => [one.name, one.args.join(" "), seconds(one.readySeconds), seconds(one.endSeconds)]),
    ]),
  ];
  return lines.join("\n");
}

async function main(): Promise<void> {
  if (unknown.length > 0) {
    console.error(`image:dry: ${unknown.join(", ")} is not one of ${imageNames.join(", ")}`);
    process.exitCode = 2;
    return;
  }
  for (const name of asked.length > 0 ? imageNames.filter((known) => asked.includes(known)) : imageNames) {
    const begin = Date.now();
    const told = await dryRun(name, (line) => console.error(`${((Date.now() - begin) / 1_000).toFixed(0)} s  ${line}`));
    console.log(`${report(told)}\n`);
  }
}

main().catch((error: unknown) => {
  console.error(`image:dry: ${messageOf(error)}`);
  process.exitCode = 1;
});
