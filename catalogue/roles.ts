// Who signs on the ledger and who may ask at the gateway (protocol.md 1.2 and 1.3).

/** `gxc_role` of a certificate = name of a queue. */
export const signingRoles = ["gx_super_admin", "gx_admin", "gx_partner_api"] as const;
export type SigningRole = (typeof signingRoles)[number];

/** `roles` of a token. */
export const tokenRoles = ["USER", "PARTNER_API", "ADMIN", "SUPER_ADMIN"] as const;
export type TokenRole = (typeof tokenRoles)[number];

/** Name of the wallet identity that signs as a role, and the protocol's short name. */
export const signers = {
  gx_super_admin: { short: "SA", identity: "org1-super-admin" },
  gx_admin: { short: "AD", identity: "org1-admin" },
  gx_partner_api: { short: "PA", identity: "org1-partner-api" },
} as const satisfies Record<SigningRole, { short: string; identity: string }>;

/** The identity that reads blocks and evaluates queries; it has no `gxc_role`. */
export const READER = "reader";

export const askers = ["superAdmin", "admin", "partner", "activeUser", "self", "stakeholder", "guardian"] as const;
export type Asker = (typeof askers)[number];

/** The token roles of which one is needed to ask; an empty list means any valid token. */
export const tokenRolesFor: Record<Asker, readonly TokenRole[]> = {
  superAdmin: ["SUPER_ADMIN"],
  admin: ["ADMIN", "SUPER_ADMIN"],
  partner: ["PARTNER_API", "ADMIN", "SUPER_ADMIN"],
  activeUser: [],
  self: [],
  stakeholder: [],
  guardian: [],
};

/** In every row of protocol.md 12 the signing role follows from who may ask. */
export function signingRoleOf(asks: Asker): SigningRole {
  if (asks === "superAdmin") return "gx_super_admin";
  return asks === "admin" ? "gx_admin" : "gx_partner_api";
}
