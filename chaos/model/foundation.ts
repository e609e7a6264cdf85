// The first transaction of a sequence: attempts before the bootstrap, the bootstrap, the first countries.
import { newDraw } from "./draw.js";
import { generators } from "./generators/index.js";
import { SUPER_ADMIN, type Asking } from "./generators/generator.js";
import type { Sent, SentCommand } from "./ledger.js";
import type { Plan } from "./plan.js";
import { worldOf } from "./world.js";

const BEGIN = 1_800_000_000;

/** What ends after weeks ends while somebody waits. */
const brief = {
  ...{ votingPeriodSeconds: 3, loanTermSeconds: 1, recoveryPeriodSeconds: 5, velocityTaxPeriodSeconds: 1 },
  ...{ quorumVotes: 2, voterMinTrust: 10, loanMinTrust: 10 },
};
const briefly = (asking: Asking): Asking => ({
  ...asking,
  input: {
    ...asking.input,
    profile: "devnet",
    parameters: Object.entries(brief).map(([id, value]) => ({ id, value })),
  },
});

/** `clock`: Unix seconds, where time goes on by itself. */
export function foundationOf({ seed }: Pick<Plan, "seed">, clock?: number): Sent {
  const at = clock ?? BEGIN;
  const draw = newDraw(seed);
  const nothing = worldOf(new Map(), at);
  const bootstrap = (odd: boolean): Asking => {
    const asking = generators.admin.bootstrapSystem(nothing, newDraw(seed, odd));
    if (!asking) throw new Error("a bootstrap needs nothing");
    return asking;
  };
  const command = (name: string, { actor, input }: Asking): SentCommand => ({
    ...{ id: draw.uuid(), command: `admin.${name}`, actor, input },
  });
  const row = (code: string, share: string) => ({ code, name: `Land ${code}`, region: null, share });
  const countries = [row("NG", "0.03384748"), row("VA", "0.00000007"), row("ZZ", "0.00000001")];
  const early = draw.chance(0.3)
    ? [
        command("pauseSystem", { actor: SUPER_ADMIN, input: { reason: "Too early" } }),
        command("bootstrapSystem", bootstrap(true)),
      ]
    : [];
  const founding = [
    command("bootstrapSystem", clock === undefined ? bootstrap(false) : briefly(bootstrap(false))),
    command("initializeCountryData", { actor: SUPER_ADMIN, input: { countries } }),
  ];
  return { signer: "gx_super_admin", at, txId: draw.hash(), commands: [...early, ...founding] };
}
