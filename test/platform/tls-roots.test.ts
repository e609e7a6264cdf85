// TLS roots are read anew while connections stand: a CA change needs no restart.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openAuthority } from "../../ledger/authority.js";
import type { Ledger } from "../../ledger/index.js";
import { chainInfo } from "../../platform/blocks.js";
import { openConnection, type Connection } from "../../platform/connection.js";
import { openTlsRoots } from "../../platform/tls-roots.js";
import { readIdentity, type Identity } from "../../platform/wallet.js";
import { eventually } from "../environment.js";
import { newHome, removeHome, startTestLedger, walletOf } from "../ledger/fixture.js";

let home: string;
let ledger: Ledger;
let file: string;
let right: string;
let foreign: string;
let reader: Identity;
let connection: Connection | undefined;
beforeAll(async () => {
  home = newHome();
  ledger = await startTestLedger(home);
  file = join(walletOf(home), "ca-cert");
  right = readFileSync(file, "utf8");
  foreign = (await openAuthority(join(home, "foreign"), "Org1MSP")).tls.certificate;
  reader = readIdentity(ledger.profile(walletOf(home)), "reader");
});
afterEach(() => {
  connection?.close();
  writeFileSync(file, right);
});
afterAll(async () => {
  await ledger.stop();
  removeHome(home);
});

const answers = async (): Promise<boolean> => {
  connection ??= openConnection(ledger.profile(walletOf(home)), { deadlines: { evaluate: 1_000 } });
  return chainInfo(connection, reader).then(
    ({ height }) => height > 0,
    () => false,
  );
};

test("a root that is added to the file makes an unknown peer a known one, on the open connection", async () => {
  writeFileSync(file, foreign);
  expect(await answers()).toBe(false);
  writeFileSync(file, foreign + right);
  await eventually(answers, "the peer to be known");
});

test("a file that cannot be parsed leaves the roots as they were, and says so", async () => {
  const roots = openTlsRoots(file);
  const until = roots.notAfter();
  writeFileSync(file, "no certificate");
  roots.look();
  expect(roots.waiting()).toBe(`TLS roots cannot be read: ${file} holds no certificate in PEM`);
  expect(roots.notAfter()).toEqual(until);
  writeFileSync(file, right);
  roots.look();
  expect(roots.waiting()).toBeUndefined();
});

test("a file without a certificate is refused at the start", () => {
  writeFileSync(file, "no certificate");
  expect(() => openTlsRoots(file)).toThrow(`${file} holds no certificate in PEM`);
  expect(() => openTlsRoots(`${file}s`)).toThrow(/TLS roots cannot be read: .*ENOENT/);
});
