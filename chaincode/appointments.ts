// Rules about who is an admin (protocol.md 11).
import { admin as happened } from "../catalogue/events/admin.js";
import type { Catalogue } from "../catalogue/index.js";
import type { State } from "./overlay.js";
import type { RulesOf } from "./rule.js";
import { keys, type Admins } from "./state.js";

/** The most ACTIVE appointments. */
const ADMINS_MAX = 50;

async function adminsOf(state: State): Promise<Admins["active"]> {
  const admins = await state.get(keys.admins);
  if (!admins) throw new Error("the list of admins does not exist");
  return admins.active;
}

export const appointments = {
  async appointAdmin(ledger, { adminId }, { actor, now, refuse, emits }) {
    if (adminId === actor) throw refuse("SELF_ACTION");
    const known = await ledger.get(keys.appointment(adminId));
    if (known?.status === "ACTIVE") throw refuse("ALREADY_EXISTS");
    const active = await adminsOf(ledger);
    if (active.length >= ADMINS_MAX) throw refuse("LIMIT_EXCEEDED");

    const appointed = { status: "ACTIVE", appointedBy: actor, appointedAt: now, revokedAt: null } as const;
    ledger.put(keys.appointment(adminId), { adminId, ...appointed });
    ledger.put(keys.admins, { active: [...active, adminId].sort() });
    return emits(happened.AdminAppointed({ adminId, appointedBy: actor }));
  },

  async revokeAdmin(ledger, { adminId, reason }, { actor, now, refuse, emits }) {
    const known = await ledger.get(keys.appointment(adminId));
    if (known?.status !== "ACTIVE") throw refuse("NOT_FOUND");
    const active = await adminsOf(ledger);
    if (active.length <= 1) throw refuse("LAST_ADMIN");

    ledger.put(keys.appointment(adminId), { ...known, status: "REVOKED", revokedAt: now });
    ledger.put(keys.admins, { active: active.filter((id) => id !== adminId) });
    return emits(happened.AdminRevoked({ adminId, revokedBy: actor, reason }));
  },
} satisfies Pick<RulesOf<Catalogue["admin"]>, "appointAdmin" | "revokeAdmin">;
