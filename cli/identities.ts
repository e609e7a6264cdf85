// Who has a pair in the wallet of a development installation: each signing role, and the reader, who can sign no command.
import { READER, signers, signingRoles } from "../catalogue/roles.js";
import { ROLE_ATTRIBUTE } from "../catalogue/wire.js";
import type { WalletIdentity } from "../ledger/authority.js";

export const identities: readonly WalletIdentity[] = [
  ...signingRoles.map((role) => ({ name: signers[role].identity, attrs: { [ROLE_ATTRIBUTE]: role } })),
  { name: READER, attrs: {} },
];

/** Name in the wallet by role, as a connection profile says it. */
export const identityNames: Readonly<Record<string, string>> = Object.fromEntries([
  ...signingRoles.map((role) => [role, signers[role].identity]),
  [READER, READER],
]);
