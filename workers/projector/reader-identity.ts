// The identity that reads blocks: exchanged for a newer pair of the wallet while the projector goes on.
import { X509Certificate } from "node:crypto";
import { READER } from "../../catalogue/roles.js";
import { chainInfo } from "../../platform/blocks.js";
import { timeFault } from "../../platform/certificate.js";
import type { Connection } from "../../platform/connection.js";
import { GxError } from "../../platform/errors.js";
import { identityMeasures, keepIdentity, shownIdentity, type KeptIdentity } from "../../platform/kept-identity.js";
import type { ProcessContext } from "../../platform/process.js";
import { identityOf, type Profile } from "../../platform/profile.js";
import { earliestEndOf } from "../../platform/tls-roots.js";
import { readIdentity, type Identity } from "../../platform/wallet.js";

interface Keeping extends Pick<ProcessContext, "metrics" | "log" | "release"> {
  profile: Profile;
  connection: Connection;
}

const EVERY_MS = 1_000;

/** Looks for newer files each second until the process drains. @throws GxError BAD_WALLET, WRONG_ROLE */
export function keepReader({ profile, connection, metrics, log, release }: Keeping): KeptIdentity {
  const name = identityOf(profile, READER, READER);
  const measures = identityMeasures(metrics);
  const kept = keepIdentity({
    ...{ role: READER, measures, log },
    read: () => withoutRole(readIdentity(profile, name)),
    canary: async (identity) => void (await chainInfo(connection, identity)),
  });
  const look = () => {
    void kept.look();
    const end = Math.floor(earliestEndOf(connection.tlsRoots).getTime() / 1_000);
    measures.notAfter.set({ role: READER, kind: "tls_root" }, end);
  };
  look();
  const looking = setInterval(look, EVERY_MS);
  release("wallet", () => clearInterval(looking));
  return kept;
}

/** Who only reads must hold no key that could sign a command. */
function withoutRole(identity: Identity): Identity {
  const { name, role } = identity;
  if (role === undefined) return identity;
  throw new GxError(
    "WRONG_ROLE",
    `the certificate of ${name} carries gxc_role ${role}, but who reads blocks signs no command; enrol it without gxc_role`,
  );
}

/** For /readyz: until when the certificate holds, and why newer files are not used. @throws GxError when it does not hold */
export function readerShown(kept: KeptIdentity, { tlsRoots }: Connection): string {
  const { name, certificate, notAfter } = kept.current();
  const fault = timeFault(name, new X509Certificate(certificate));
  if (fault) throw fault;
  return shownIdentity(name, notAfter, [kept.waiting(), ...tlsRoots.map((roots) => roots.waiting())]);
}
