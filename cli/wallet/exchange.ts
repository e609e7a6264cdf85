// A new pair in place of a role's present one: checked, tried at a peer, written; and the way back.
// Never writes what a reachable peer refuses.
import { existsSync, readFileSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import { nameOn } from "../../platform/certificate.js";
import { GxError } from "../../platform/errors.js";
import type { Profile } from "../../platform/profile.js";
import { rootsIn } from "../../platform/tls-roots.js";
import { PREVIOUS, type Identity } from "../../platform/wallet.js";
import { isTaken } from "./canary.js";
import { writeFile, writePair } from "./files.js";
import type { Owner } from "./owner.js";
import { checkedIdentity, daysUntil, LEAST_DAYS, readPair, type NewPair } from "./pair.js";

/** Tells what was done, a line at a time. */
type Tell = (line: string) => void;

/** @throws GxError naming what is wrong with the pair, or why the peer refuses it; nothing is written then */
export async function exchange(
  profile: Profile,
  owner: Owner,
  pair: NewPair,
  tell: Tell,
  leastDays = LEAST_DAYS,
): Promise<void> {
  const { wallet, mspId } = profile;
  const identity = checkedIdentity(pair, owner, { mspId, leastDays });
  const x509 = new X509Certificate(pair.certificate);
  tell(`${owner.name}: ${nameOn(x509.subject)}, issued by ${nameOn(x509.issuer)}`);
  tell(`  checked: key, unit client, ${carried(identity)}, ${chained(pair)}${daysUntil(identity.notAfter)} days left`);
  const taken = await isTaken(profile, identity);
  tell(taken ? "  a peer answered a call signed by it" : "  not tried: no peer of the profile can be reached");
  addTlsRoots(profile, pair.tlsRoots, tell);
  const former = existsSync(`${wallet}/${owner.name}-cert`);
  writePair(wallet, owner.name, pair);
  tell(`  written to ${wallet}; running processes take it into use within seconds`);
  const again = owner.role === undefined ? `import --name ${owner.name}` : `rotate ${owner.role}`;
  if (former) tell(`  the former pair is kept: gx wallet ${again} --undo puts it back`);
}

/** Puts the pair back that was replaced last; asked for twice, all is as it was. @throws as exchange */
export async function undo(profile: Profile, owner: Owner, tell: Tell): Promise<void> {
  const [certificate, key] = ["cert", "key"].map((kind) => `${profile.wallet}/${owner.name}${PREVIOUS}-${kind}`);
  if (certificate === undefined || key === undefined || !existsSync(certificate) || !existsSync(key)) {
    throw new GxError("BAD_WALLET", `${profile.wallet} holds no former pair of ${owner.name}`);
  }
  await exchange(profile, owner, readPair(certificate, key), tell, 0);
}

const carried = ({ role }: Identity): string => (role === undefined ? "no gxc_role" : `gxc_role ${role}`);
const chained = ({ issuers }: NewPair): string => (issuers.length === 0 ? "" : "chain, ");

/** Adds to the file of the own organization what it does not hold yet: during a change of CA both roots are needed. */
function addTlsRoots({ organizations, mspId }: Profile, roots: readonly string[], tell: Tell): void {
  const file = organizations.find((one) => one.mspId === mspId)?.tlsRoots;
  if (file === undefined || roots.length === 0) return;
  const present = readFileSync(file);
  const known = new Set(rootsIn(present).map(({ fingerprint256 }) => fingerprint256));
  const fresh = roots.filter((pem) => !known.has(new X509Certificate(pem).fingerprint256));
  if (fresh.length === 0) return;
  writeFile(file, `${present.toString("utf8").trimEnd()}\n${fresh.join("")}`);
  tell(`  TLS roots added to ${file}: ${fresh.length}`);
}
