// The coins that a person and the treasury of the person's country receive once (protocol.md 3).
import type { genesisOutcomes } from "../catalogue/choices.js";
import { GENESIS_AGE, phases, slotsOf } from "../catalogue/economy.js";
import type { HappenedOf } from "../catalogue/language.js";
import { tokenomics } from "../catalogue/events/tokenomics.js";
import type { Balances, Deltas } from "./accounts.js";
import type { State } from "./overlay.js";
import { keys, type Country } from "./state.js";

export type GenesisOutcome = (typeof genesisOutcomes)[number];

export type Genesis =
  | { readonly outcome: Exclude<GenesisOutcome, "DISTRIBUTED">; readonly phase: null }
  /** `phase` is 1..6; `used` are the country's slots with this one counted. */
  | { readonly outcome: "DISTRIBUTED"; readonly phase: number; readonly used: readonly number[] };

/** Decides what a person of this age gets, and changes nothing. */
export async function genesisFor(state: State, { code, units }: Country, ageYears: number): Promise<Genesis> {
  if (ageYears < GENESIS_AGE.least || ageYears > GENESIS_AGE.most) return { outcome: "AGE_NOT_ELIGIBLE", phase: null };
  const slots = await state.get(keys.slots(code));
  if (!slots) throw new Error(`slots of ${code} do not exist`);
  const total = slotsOf(units);
  const index = slots.used.findIndex((used, phase) => used < (total[phase] ?? 0));
  if (index < 0) return { outcome: "NO_SLOT_LEFT", phase: null };
  const used = slots.used.map((count, phase) => (phase === index ? count + 1 : count));
  return { outcome: "DISTRIBUTED", phase: index + 1, used };
}

export interface Person {
  readonly userId: string;
  readonly nationality: string;
  readonly ageYears: number;
}

type GenesisEvents = readonly (
  HappenedOf<typeof tokenomics.GenesisDistributed> | HappenedOf<typeof tokenomics.TreasuryAllocated>
)[];

/** Uses the slot, credits the person and the treasury, counts both as minted. Nothing where nothing is due. */
export async function distribute(
  ledger: State & { readonly accounts: Balances & Deltas },
  genesis: Genesis,
  { userId, nationality, ageYears }: Person,
): Promise<GenesisEvents> {
  if (genesis.outcome !== "DISTRIBUTED") return [];
  const { phase, used } = genesis;
  const grant = phases[phase - 1];
  if (!grant) throw new Error(`phase ${phase} does not exist`);
  const accountId = `treasury_${nationality}`;
  ledger.put(keys.slots(nationality), { used });
  await ledger.accounts.credit(userId, grant.user);
  await ledger.accounts.creditAny(accountId, grant.treasury);
  await ledger.accounts.creditAny("MINTED_USER_GENESIS", grant.user);
  await ledger.accounts.creditAny("MINTED_GOVT_GENESIS", grant.treasury);
  const [amount, share] = [String(grant.user), String(grant.treasury)];
  return [
    tokenomics.GenesisDistributed({ userId, nationality, ageYears, phase, amount }),
    tokenomics.TreasuryAllocated({ countryCode: nationality, accountId, userId, phase, amount: share }),
  ];
}
