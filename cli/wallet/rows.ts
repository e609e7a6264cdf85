// What a wallet holds: a row for each identity and TLS root, with what is wrong or will be soon. Shows no key.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { nameOn, timeFault } from "../../platform/certificate.js";
import { messageOf } from "../../platform/errors.js";
import type { Profile } from "../../platform/profile.js";
import { rootsIn } from "../../platform/tls-roots.js";
import { identityNames, readIdentity } from "../../platform/wallet.js";
import { ownersIn, type Owner } from "./owner.js";
import { daysUntil, read } from "./pair.js";

export type State = "ok" | "warning" | "critical" | "page" | "expired" | "faulty" | "absent";

export interface Row {
  name: string;
  kind: "sign" | "tls_root";
  /** Role of the profile that uses it; "" = none. */
  role: string;
  mspId: string;
  state: State;
  /** Why it is faulty; "" otherwise. */
  fault: string;
  /** Absent where it cannot be read. */
  certificate?: CertificateFacts;
  keyFits?: boolean;
  /** Of the key file, octal. */
  mode?: string;
}

export interface CertificateFacts {
  subject: string;
  issuer: string;
  /** ISO 8601 in UTC. */
  from: string;
  to: string;
  daysLeft: number;
}

/** Days left below which a state begins. */
const LIMITS = [
  [1, "page"],
  [7, "critical"],
  [30, "warning"],
] as const;

/** Roles first, then whoever else has a pair, then the TLS roots of every organization. */
export function rowsOf(profile: Profile): Row[] {
  const owners = ownersIn(profile);
  const known = owners.map(({ name }) => name);
  const others = identityNames(profile).filter((name) => !known.includes(name));
  return [
    ...[...owners, ...others.map((name): Owner => ({ name, role: undefined, gxcRole: undefined }))].map((owner) =>
      identityRow(profile, owner),
    ),
    ...profile.organizations.flatMap(rootRows),
  ];
}

function identityRow(profile: Profile, owner: Owner): Row {
  const { wallet, mspId } = profile;
  const { name, role = "" } = owner;
  const row = { name, kind: "sign" as const, role, mspId, fault: "" };
  const [certFile, keyFile] = [join(wallet, `${name}-cert`), join(wallet, `${name}-key`)];
  if (!existsSync(certFile) && !existsSync(keyFile)) return { ...row, state: "absent" };
  const facts = { ...pairFacts(certFile, keyFile), ...modeOf(keyFile) };
  const fault = faultOf(profile, owner);
  return { ...row, ...facts, fault, state: stateOf(fault, facts.certificate?.daysLeft) };
}

/** "" where the pair is as a process needs it. */
function faultOf(profile: Profile, { name, role, gxcRole }: Owner): string {
  try {
    const identity = readIdentity(profile, name);
    const fault = timeFault(name, new X509Certificate(identity.certificate));
    if (fault) return fault.message;
    if (role === undefined || identity.role === gxcRole) return "";
    return `its certificate carries gxc_role ${identity.role ?? "(none)"}, wanted is ${gxcRole ?? "none"}`;
  } catch (error) {
    return messageOf(error);
  }
}

/** As much as can be read, of a faulty pair too. */
function pairFacts(certFile: string, keyFile: string): Pick<Row, "certificate" | "keyFits"> {
  try {
    const x509 = new X509Certificate(read(certFile));
    return { certificate: named(x509), keyFits: fits(x509, keyFile) };
  } catch {
    return {};
  }
}

function named(x509: X509Certificate): CertificateFacts {
  const [from, to] = [new Date(x509.validFrom), new Date(x509.validTo)];
  return {
    ...{ subject: nameOn(x509.subject), issuer: nameOn(x509.issuer) },
    ...{ from: from.toISOString(), to: to.toISOString(), daysLeft: daysUntil(to) },
  };
}

function fits(x509: X509Certificate, keyFile: string): boolean {
  try {
    return x509.checkPrivateKey(createPrivateKey(read(keyFile)));
  } catch {
    return false;
  }
}

function modeOf(file: string): Pick<Row, "mode"> {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? { mode: (found.mode & 0o777).toString(8).padStart(4, "0") } : {};
}

function rootRows({ mspId, tlsRoots }: Profile["organizations"][number]): Row[] {
  return rootsIn(read(tlsRoots)).map((x509) => {
    const certificate = named(x509);
    const row = { name: tlsRoots, kind: "tls_root" as const, role: "", mspId, fault: "" };
    return { ...row, certificate, state: stateOf("", certificate.daysLeft) };
  });
}

function stateOf(fault: string, daysLeft: number | undefined): State {
  if (daysLeft !== undefined && daysLeft < 0) return "expired";
  if (fault !== "" || daysLeft === undefined) return "faulty";
  return LIMITS.find(([days]) => daysLeft < days)?.[1] ?? "ok";
}
