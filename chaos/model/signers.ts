// Identities that sign: real certificates with real attributes, made once for each run. They open nothing anywhere.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signers, type SigningRole } from "../../catalogue/roles.js";
import { issueWallet, openAuthority } from "../../ledger/authority.js";

export interface Signer {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
}

export type Signers = Readonly<Record<SigningRole | "reader" | "stranger" | "foreignAdmin", Signer>>;

export async function newSigners(): Promise<Signers> {
  const roles = Object.keys(signers) as SigningRole[];
  const ours = await issued("Org1MSP", { ...withRoles(roles), reader: {}, stranger: { gxc_role: "gx_other" } });
  const theirs = await issued("Org2MSP", { foreignAdmin: { gxc_role: "gx_admin" } });
  return { ...ours, ...theirs } as Signers;
}

const withRoles = (roles: readonly SigningRole[]) =>
  Object.fromEntries(roles.map((role) => [role, { gxc_role: role }]));

async function issued(mspId: string, identities: Record<string, Record<string, string>>) {
  const home = mkdtempSync(join(tmpdir(), "gx-signers-"));
  try {
    const wanted = Object.entries(identities).map(([name, attrs]) => ({ name, attrs }));
    await issueWallet(await openAuthority(home, mspId), home, wanted);
    return Object.fromEntries(
      wanted.map(({ name }) => [name, { mspId, certificate: readFileSync(join(home, `${name}-cert`), "utf8") }]),
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
