// The shim formats debug lines before it drops them (a quarter of a call's time): none is made unless debug is asked for.
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Shim } from "fabric-shim";
import { createUser, foundSystem, startLedger, transfer } from "./ledger.js";
import { inMemory } from "./wires.js";

function loggersOfShim(): string[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve("fabric-shim")), "lib");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
  return files.flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/getLogger\('([^']+)'\)/g)].map(([, name]) => name ?? ""),
  );
}

it("makes no debug line while a batch and a query run", async () => {
  const ledger = await startLedger(inMemory);
  const made: string[] = [];
  const names = loggersOfShim();
  for (const name of names) {
    Shim.newLogger(name).format = {
      transform: (info) => {
        if (info.level === "debug") made.push(`${name}: ${String(info.message)}`);
        return false;
      },
    };
  }
  const [a, b] = [randomUUID(), randomUUID()];
  await foundSystem(ledger);
  await ledger.run(createUser(a, "NG"), createUser(b, "NG"), transfer(a, b, "5000000"));
  await ledger.query("supply");
  await ledger.close();
  expect(names).toContain("lib/stub.js");
  expect(made).toEqual([]);
});
