// Committed transfers per second: batches from a filled command log against the SDK's sample way, on one ledger. With keys
// that are spread over many accounts, and with one account that everybody pays from.
import { median, type Ratio, type Report, type Row } from "./report.js";
import { sdkSlice, type Payments, type Slice } from "./sdk.js";
import { newSystem } from "./system.js";
import { amongAll, openTransfers, type Transfers } from "./transfers.js";

const PEOPLE = 50;
const ROUNDS = 5;
const FILLED = 2_000;
const SLICE_MS = 5_000;
/** In flight of concurrent clients: over all accounts, and on one, where more would only conflict more. */
const IN_FLIGHT = 200;
const ON_ONE_ACCOUNT = 16;
/** Blocks of the gate, and fast ones. */
const BLOCKS_MS = { gate: 200, fast: 10 } as const;
/** The gates: batches must be so many times faster. */
const SPREAD_AT_LEAST = 50;
const ONE_ACCOUNT_AT_LEAST = 20;

const sides = {
  one: "spread keys: SDK, one at a time",
  many: `spread keys: SDK, ${IN_FLIGHT} in flight, conflicts tried again`,
  ours: "spread keys: batches",
  naive: `one account: SDK, ${ON_ONE_ACCOUNT} in flight, conflicts tried again`,
  hot: "one account: batches",
} as const;
type Side = keyof typeof sides;
type Slices = Record<Side, Slice[]>;

/** All from the first account. */
const fromOne =
  (people: readonly string[]): Payments =>
  (i) => ({ from: people[0] as string, to: people[1 + (i % (PEOPLE - 1))] as string });

/** Runs the benchmark; each figure is commands per second. */
export async function pipeline(say: (line: string) => void): Promise<Report> {
  const gate = await measure(BLOCKS_MS.gate, say);
  const fast = await measure(BLOCKS_MS.fast, say);
  return {
    name: "pipeline",
    sentence:
      `Committed transfers per second among ${PEOPLE} accounts on one ledger. Batches: ${FILLED} commands from a filled ` +
      `command log to their rows. SDK: bench/sdk.ts, its defaults, ${SLICE_MS / 1_000} s. Sides in turn, ${ROUNDS} rounds.`,
    rows: [...rowsOf(BLOCKS_MS.gate, gate), ...rowsOf(BLOCKS_MS.fast, fast)],
    ratios: [
      ...ratiosOf(BLOCKS_MS.gate, gate, { one: SPREAD_AT_LEAST, naive: ONE_ACCOUNT_AT_LEAST }),
      ...ratiosOf(BLOCKS_MS.fast, fast, {}),
    ],
  };
}

async function measure(blocksMs: number, say: (line: string) => void): Promise<Slices> {
  say(`starting a system with ${blocksMs} ms blocks …`);
  const system = await newSystem(1300, { LEDGER_BATCH_TIMEOUT_MS: String(blocksMs) });
  let transfers: Transfers | undefined;
  try {
    return await inTurn((transfers = await openTransfers(system, PEOPLE)), say);
  } finally {
    await transfers?.close();
    await system.remove();
  }
}

async function inTurn({ sdk, filling, people }: Transfers, say: (line: string) => void): Promise<Slices> {
  const acts: Record<Side, () => Promise<Slice>> = {
    one: () => sdkSlice(sdk, 1, SLICE_MS, amongAll(people)),
    many: () => sdkSlice(sdk, IN_FLIGHT, SLICE_MS, amongAll(people)),
    ours: () => filling.slice(FILLED, amongAll(people)),
    naive: () => sdkSlice(sdk, ON_ONE_ACCOUNT, SLICE_MS, fromOne(people)),
    hot: () => filling.slice(FILLED, fromOne(people)),
  };
  const slices: Slices = { one: [], many: [], ours: [], naive: [], hot: [] };
  for (let round = 1; round <= ROUNDS; round++) {
    for (const side of Object.keys(acts) as Side[]) slices[side].push(await acts[side]());
    const rates = (Object.keys(acts) as Side[]).map((side) => `${side} ${slices[side].at(-1)?.rate.toFixed(1)}/s`);
    say(`round ${round}: ${rates.join(", ")}`);
  }
  return slices;
}

function rowsOf(blocksMs: number, slices: Slices): Row[] {
  return (Object.keys(sides) as Side[]).flatMap((side) => {
    const measure = `${blocksMs} ms blocks, ${sides[side]}`;
    const rates = { measure, values: slices[side].map(({ rate }) => rate), unit: "transfers/s" };
    const invalid = { measure: `${measure}: invalid`, values: slices[side].map((slice) => slice.invalid), unit: "%" };
    return side === "one" ? [rates] : [rates, invalid];
  });
}

function ratiosOf(blocksMs: number, slices: Slices, gates: Partial<Record<Side, number>>): Ratio[] {
  const rateOf = (side: Side) => median(slices[side].map(({ rate }) => rate));
  const ratio = (ours: Side, theirs: Side, measure: string): Ratio => ({
    measure: `${blocksMs} ms blocks, ${measure}`,
    value: rateOf(ours) / rateOf(theirs),
    ...(gates[theirs] === undefined ? {} : { atLeast: gates[theirs] }),
  });
  return [
    ratio("ours", "one", "spread keys: batches / one at a time"),
    ratio("ours", "many", `spread keys: batches / ${IN_FLIGHT} in flight`),
    ratio("hot", "naive", "one account: batches / naive concurrency with retry"),
  ];
}
