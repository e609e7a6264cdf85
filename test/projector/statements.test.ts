// The signed lines of account statements that single events write (protocol.md 13 and 16.2): account, type, sign, other side.
import { admin } from "../../catalogue/events/admin.js";
import { tokenomics } from "../../catalogue/events/tokenomics.js";
import type { Place } from "../../workers/projector/change.js";
import { changesOfEvent } from "../../workers/projector/projections.js";
import type { Event } from "./history.js";

const [A, FUND, REDISTRIBUTION] = ["a", "SYSTEM_OPERATIONS_FUND", "SYSTEM_REDISTRIBUTION_POOL"];
const place: Place = {
  ...{ block: 7, txId: "t", commandId: "c", index: 2 },
  position: (line = 0) => `p-${line}`,
};

const linesOf = (event: Event) =>
  changesOfEvent({ at: 1, ...event }, place)
    .filter(({ table }) => table === "entry")
    .map(({ values }) => [values["id"], values["amount"], values["counterpartyId"], values["remark"]]);

const disbursed = (pool: "CHARITABLE" | "GX" | "OPERATIONS", fromStored: string, minted: string): Event =>
  admin.PoolDisbursed({ pool, to: A, amount: "10", fromStored, minted, remark: "relief" });
const internal = (from: string, to: string, type: "TREASURY_PAYMENT" | "FEE_REDISTRIBUTION"): Event =>
  tokenomics.InternalTransferCompleted({ type, from, to, amount: "10", remark: null });

test.each<[string, Event, ReturnType<typeof linesOf>]>([
  [
    "a disbursement out of what the pool holds",
    disbursed("CHARITABLE", "10", "0"),
    [
      [`c~2~${A}~POOL_DISBURSEMENT`, 10n, "SYSTEM_CHARITABLE_POOL", "relief"],
      ["c~2~SYSTEM_CHARITABLE_POOL~POOL_PAYMENT", -10n, A, "relief"],
    ],
  ],
  [
    "one that is minted in part",
    disbursed("OPERATIONS", "4", "6"),
    [
      [`c~2~${A}~POOL_DISBURSEMENT`, 10n, FUND, "relief"],
      [`c~2~${FUND}~POOL_PAYMENT`, -4n, A, "relief"],
    ],
  ],
  [
    "one that is minted whole, which takes nothing from the pool",
    disbursed("GX", "0", "10"),
    [[`c~2~${A}~POOL_DISBURSEMENT`, 10n, "SYSTEM_GX_POOL", "relief"]],
  ],
  [
    "a payment of a treasury",
    internal("treasury_NG", A, "TREASURY_PAYMENT"),
    [
      ["c~2~treasury_NG~INTERNAL", -10n, A, null],
      [`c~2~${A}~INTERNAL`, 10n, "treasury_NG", null],
    ],
  ],
  [
    "fees that go to the redistribution pool",
    internal(FUND, REDISTRIBUTION, "FEE_REDISTRIBUTION"),
    [
      [`c~2~${FUND}~INTERNAL`, -10n, REDISTRIBUTION, null],
      [`c~2~${REDISTRIBUTION}~INTERNAL`, 10n, FUND, null],
    ],
  ],
])("%s", (_, event, lines) => {
  expect(linesOf(event)).toEqual(lines);
});
