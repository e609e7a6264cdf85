// A new pair from the CA of this installation's own network: the development ledger's or the one that gx network made.
// Never from a CA that did not issue the pair that is replaced.
import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROLE_ATTRIBUTE } from "../../catalogue/wire.js";
import { issue, openRoot, type Pair } from "../../ledger/certificates.js";
import { GxError } from "../../platform/errors.js";
import type { Profile } from "../../platform/profile.js";
import type { Owner } from "./owner.js";
import type { NewPair } from "./pair.js";

/** @throws GxError NO_CA where the pair's CA is not in `home` */
export async function issuedHere(
  home: string,
  { wallet, mspId }: Profile,
  { name, role, gxcRole }: Owner,
): Promise<NewPair> {
  const present = join(wallet, `${name}-cert`);
  const ca = existsSync(present) ? await caOf(home, mspId, new X509Certificate(readFileSync(present))) : undefined;
  if (!ca) {
    const ways = `enrol at your CA, then gx wallet import <msp folder> --role ${role} or gx wallet rotate ${role} --from <cert> <key>`;
    throw new GxError("NO_CA", `the CA of ${present} is not one that this installation made: ${ways}`);
  }
  const attrs = gxcRole === undefined ? {} : { [ROLE_ATTRIBUTE]: gxcRole };
  const { certificate, key } = await issue(ca, { commonName: name, unit: "client", mspId, attrs });
  return {
    from: "a pair issued here",
    certificate: Buffer.from(certificate),
    key: Buffer.from(key),
    issuers: [new X509Certificate(ca.certificate)],
    tlsRoots: [],
  };
}

async function caOf(home: string, mspId: string, present: X509Certificate): Promise<Pair | undefined> {
  const files = [join(home, "ledger", "crypto", "org-ca.pem"), join(home, "network", "crypto", mspId, "org-ca.pem")];
  for (const file of files.filter((one) => existsSync(one))) {
    const ca = await openRoot(file, `${mspId} CA`, mspId);
    const { publicKey } = new X509Certificate(ca.certificate);
    if (present.verify(publicKey)) return ca;
  }
  return undefined;
}
