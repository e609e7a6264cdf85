// How long the certificates of this installation's wallet hold. Shows no key.
import { existsSync } from "node:fs";
import type { Config } from "../../platform/config.js";
import { messageOf } from "../../platform/errors.js";
import { readProfile } from "../../platform/profile.js";
import { identityNames, readIdentity } from "../../platform/wallet.js";
import { found, lacking, type Finding } from "./finding.js";

const DAY_MS = 86_400_000;
const WARN_DAYS = 30;

/** Nothing where no start has made a wallet yet. */
export function certificates({ fabricProfile, embedded }: Config): Finding[] {
  if (!existsSync(fabricProfile)) return [];
  const subject = { what: "certificates", for: "submitter, projector" };
  const mend = embedded.ledger ? "npm start -- --fresh" : "enrol these identities again at your CA";
  try {
    const profile = readProfile(fabricProfile);
    const identities = identityNames(profile).map((name) => readIdentity(profile, name));
    const ends = identities.map(({ name, notAfter }) => ({ name, days: daysUntil(notAfter) }));
    const short = ends.filter(({ days }) => days < WARN_DAYS);
    const told = short.map(({ name, days }) => (days < 0 ? `${name} has expired` : `${name} expires in ${days} days`));
    if (told.length > 0) return [lacking(subject, told.join("; "), mend)];
    if (ends.length === 0) return [lacking(subject, `there are none in ${profile.wallet}`, mend)];
    return [found(subject, `${ends.length} hold for ${Math.min(...ends.map(({ days }) => days))} days or more`)];
  } catch (error) {
    return [lacking(subject, messageOf(error), mend)];
  }
}

const daysUntil = (time: Date): number => Math.floor((time.getTime() - Date.now()) / DAY_MS);
