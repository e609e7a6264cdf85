// Who speaks on a development machine. Nobody outside one.

/** Who `gx token` speaks for by default (surface.md 4). None of them is a user of the ledger. */
export const developmentIdentities = {
  SUPER_ADMIN: "00000000-0000-7000-8000-000000000001",
  ADMIN: "00000000-0000-7000-8000-000000000002",
  PARTNER_API: "00000000-0000-7000-8000-000000000003",
} as const;
