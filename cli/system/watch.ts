// npm run dev: a change is built and the processes it belongs to are restarted; an error of the compiler restarts nothing.
import { watch } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "../../platform/errors.js";
import type { System } from "./system.js";

export interface Watching {
  root: string;
  system: System;
  say: (line: string) => void;
}

const everyProcess = ["ledger", "subgraphs", "submitter", "projector", "gateway"];

/** Folder → processes that run code of it. */
const belongsTo: Readonly<Record<string, readonly string[]>> = {
  catalogue: everyProcess,
  platform: everyProcess,
  chaincode: ["ledger"],
  ledger: ["ledger"],
  subgraphs: ["subgraphs"],
  "prisma/models": ["subgraphs"],
  schema: ["gateway"],
  gateway: ["gateway"],
  "workers/submitter": ["submitter"],
  "workers/projector": ["projector"],
};

const SETTLE_MS = 200;

/** Watches until the returned function is called. */
export function watchSources({ root, system, say }: Watching): () => void {
  const touched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();
  const rebuild = async () => {
    const names = everyProcess.filter((name) => touched.has(name));
    touched.clear();
    const { build } = (await import(pathToFileURL(join(root, "cli", "build.mjs")).href)) as BuildModule;
    if (!(await build(say)) || names.length === 0) return;
    say(`Restarting ${names.join(", ")}`);
    await system.restart(names);
  };
  const next = () => void (turn = turn.then(rebuild).catch((error: unknown) => say(messageOf(error))));
  const watchers = Object.entries(belongsTo).map(([folder, names]) =>
    watch(join(root, folder), { recursive: true }, () => {
      for (const name of names) touched.add(name);
      clearTimeout(timer);
      timer = setTimeout(next, SETTLE_MS);
    }),
  );
  say("Watching the sources; a change restarts the process it belongs to");
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

interface BuildModule {
  build(say: (line: string) => void): Promise<boolean>;
}
