// Who speaks on a development machine. Nobody outside one.

/** Who `gx token` speaks for by default (surface.md 4). None of them is a user of the ledger. */
export const developmentIdentities = {
  SUPER_ADMIN: "00000000-0000-7000-8000-000000000001",
  ADMIN: "00000000-0000-7000-8000-000000000002",
  PARTNER_API: "00000000-0000-7000-8000-000000000003",
} as const;

/** People of the demo scenario (protocol.md 19). On the ledger of a development machine after `npm start -- --demo`. */
export const demoPeople = {
  Ada: "00000000-0000-7000-8000-000000000101",
  Bola: "00000000-0000-7000-8000-000000000102",
  Chi: "00000000-0000-7000-8000-000000000103",
  Dayo: "00000000-0000-7000-8000-000000000104",
  Emma: "00000000-0000-7000-8000-000000000105",
  Finn: "00000000-0000-7000-8000-000000000106",
} as const;
