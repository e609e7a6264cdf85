// Whose pair it is: the name of its files, and the role that its certificate must carry.
import { READER, signers, signingRoles } from "../../catalogue/roles.js";
import { identityOf, type Profile } from "../../platform/profile.js";
import { UsageError } from "../usage.js";

export interface Owner {
  /** Of the files in the wallet. */
  name: string;
  /** Role in the profile; undefined = none of ours. */
  role: string | undefined;
  /** `gxc_role` that the certificate must carry; undefined = none. */
  gxcRole: string | undefined;
}

export const roles: readonly string[] = [...signingRoles, READER];

/** Every role with the name of its files, as the profile has it. */
export const ownersIn = (profile: Profile): Owner[] => [
  ...signingRoles.map((role) => ({ name: identityOf(profile, role, signers[role].identity), role, gxcRole: role })),
  { name: identityOf(profile, READER, READER), role: READER, gxcRole: undefined },
];

/** @throws UsageError */
export function ownerByRole(profile: Profile, role: string): Owner {
  const owner = ownersIn(profile).find((one) => one.role === role);
  if (!owner) throw new UsageError(`role: ${role} is not one of ${roles.join(", ")}`);
  return owner;
}

/** A name that no role of the profile uses is somebody's without a role. @throws UsageError */
export function ownerByName(profile: Profile, name: string): Owner {
  if (!/^[\w.-]+$/.test(name)) throw new UsageError(`--name: ${name} must be made of letters, digits, dot, dash and _`);
  return ownersIn(profile).find((one) => one.name === name) ?? { name, role: undefined, gxcRole: undefined };
}
