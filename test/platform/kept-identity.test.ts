// When a pair is exchanged, and when it is not: files as editors and mounted volumes leave them, a peer that says no.
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAuthority } from "../../ledger/authority.js";
import { issue, type Pair } from "../../ledger/certificates.js";
import { identityMeasures, keepIdentity, type KeptIdentity } from "../../platform/kept-identity.js";
import { readIdentity } from "../../platform/wallet.js";
import { newLines, newMetrics, valueOf, type Lines } from "./parts.js";
import type { Metrics } from "../../platform/metrics.js";

let home: string;
let org: Pair;
let wallet: string;
let lines: Lines;
let metrics: Metrics;
/** What the peer says to a call; undefined = it answers. */
let says: Error | undefined;
let asked: number;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "gx-kept-"));
  ({ org } = await openAuthority(home, "Org1MSP"));
});
beforeEach(() => {
  wallet = mkdtempSync(join(home, "wallet-"));
  [lines, metrics, says, asked] = [newLines(), newMetrics(), undefined, 0];
});
afterAll(() => rmSync(home, { recursive: true }));

const issued = (days?: number) =>
  issue(org, { commonName: "reader", unit: "client", mspId: "Org1MSP", ...(days === undefined ? {} : { days }) });
const put = (part: "cert" | "key", { certificate, key }: Pair, folder = wallet) =>
  writeFileSync(join(folder, `reader-${part}`), part === "cert" ? certificate : key, { mode: 0o600 });
const keep = (): KeptIdentity =>
  keepIdentity({
    ...{ role: "reader", measures: identityMeasures(metrics), log: lines.log },
    read: () => readIdentity({ wallet, mspId: "Org1MSP" }, "reader"),
    canary: () => {
      asked += 1;
      return says ? Promise.reject(says) : Promise.resolve();
    },
  });
const begin = async () => {
  const first = await issued();
  put("key", first);
  put("cert", first);
  return { first, kept: keep() };
};
const counted = (result: string) => valueOf(metrics, "fabric_identity_reloads_total", `result="${result}"`);

test("nobody is asked while nothing changes", async () => {
  const { kept } = await begin();
  expect([await kept.look(), await kept.look(), asked, kept.waiting()]).toEqual([false, false, 0, undefined]);
});

test("a pair of which one file is there is waited for, and used when the other comes", async () => {
  const { first, kept } = await begin();
  const next = await issued();
  put("key", next);
  expect([await kept.look(), lines.lines, kept.waiting()]).toEqual([false, [], undefined]);
  expect(kept.current().certificate.toString()).toBe(first.certificate);
  put("cert", next);
  expect(await kept.look()).toBe(true);
  expect([kept.current().certificate.toString(), asked]).toEqual([next.certificate, 1]);
  expect(await counted("loaded")).toBe(1);
});

test("what does not fit at the second look is said, once", async () => {
  const { kept } = await begin();
  put("key", await issued());
  for (const _ of [1, 2, 3]) await kept.look();
  expect(kept.waiting()).toContain("is not the key of reader-cert");
  expect(lines.with("New identity is not used")).toHaveLength(1);
  expect(await counted("faulty")).toBe(1);
});

test("a volume that swaps its link has both files at once", async () => {
  const [old, young] = [await issued(), await issued()];
  for (const [folder, pair] of [
    ["..one", old],
    ["..two", young],
  ] as const) {
    const path = mkdtempSync(join(wallet, folder));
    put("key", pair, path);
    put("cert", pair, path);
    symlinkSync(path, join(wallet, `${folder}-link`));
  }
  renameSync(join(wallet, "..one-link"), join(wallet, "..data"));
  for (const part of ["cert", "key"]) symlinkSync(join("..data", `reader-${part}`), join(wallet, `reader-${part}`));
  const kept = keep();
  expect(kept.current().certificate.toString()).toBe(old.certificate);
  renameSync(join(wallet, "..two-link"), join(wallet, "..data"));
  expect(await kept.look()).toBe(true);
  expect(kept.current().certificate.toString()).toBe(young.certificate);
});

test("a pair that the peer refuses is not used and not offered again at once; files put back are no change", async () => {
  const { first, kept } = await begin();
  const former = readFileSync(join(wallet, "reader-cert"), "utf8");
  const next = await issued();
  says = new Error("access denied");
  put("key", next);
  put("cert", next);
  for (const _ of [1, 2]) expect(await kept.look()).toBe(false);
  expect([asked, kept.current().certificate.toString()]).toEqual([1, former]);
  expect(kept.waiting()).toBe("the peer refuses reader of Org1MSP, issued by CN=Org1MSP CA, O=Org1MSP: access denied");
  expect(await counted("refused")).toBe(1);
  put("key", first);
  put("cert", first);
  expect([await kept.look(), kept.waiting(), asked]).toEqual([false, undefined, 1]);
});

test("a pair that has ended is not even shown to the peer", async () => {
  const { kept } = await begin();
  const ended = await issued(-0.5);
  put("key", ended);
  put("cert", ended);
  expect([await kept.look(), asked]).toEqual([false, 0]);
  expect(kept.waiting()).toContain("the certificate of reader ended at ");
});
