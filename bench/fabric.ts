// Committed transfers per second on a real network: batches from a filled command log against one transfer at a time, by the
// submitter's own client and by the SDK's sample way.
import { findInstallations, type Installation } from "../network/programs.js";
import { environment } from "../platform/config.js";
import { GxError } from "../platform/errors.js";
import { readProfile } from "../platform/profile.js";
import { newNetwork, newSystemOn } from "./network.js";
import { openOneAtATime, type OneAtATime } from "./one-at-a-time.js";
import { median, type Ratio, type Report, type Row } from "./report.js";
import { sdkSlice, type Slice } from "./sdk.js";
import { amongAll, openTransfers, type Transfers } from "./transfers.js";

const PEOPLE = 400;
const ROUNDS = 3;
const FILLED = 4_000;
const SLICE_MS = 5_000;
const BLOCKS_MS = 200;
/** The gate: batches must be so many times faster than the same client without them. */
const AT_LEAST = 20;

const sides = {
  single: "one at a time, the submitter's client",
  sdk: "one at a time, the SDK's sample way",
  batches: "batches",
} as const;
type Side = keyof typeof sides;
type Slices = Record<Side, Slice[]>;

/** Runs the benchmark on each Fabric of this machine. @throws GxError FABRIC_MISSING where there is none */
export async function fabric(say: (line: string) => void): Promise<Report> {
  const installations = findInstallations(environment());
  if (installations.length === 0)
    throw new GxError("FABRIC_MISSING", "no programs of Fabric are on PATH or in FABRIC_BIN");
  const rows: Row[] = [];
  const ratios: Ratio[] = [];
  for (const installation of installations) {
    const slices = await measure(installation, say);
    const name = `Fabric ${installation.version}`;
    rows.push(...rowsOf(name, slices));
    ratios.push(...ratiosOf(name, slices));
  }
  return {
    name: "fabric",
    sentence:
      `Committed transfers per second among ${PEOPLE} accounts on a network of one orderer and the peers of two ` +
      `organizations, blocks of ${BLOCKS_MS} ms, everything on this machine. Batches: ${FILLED} commands from a filled ` +
      `command log to their rows. One at a time: each is committed before the next one begins, ${SLICE_MS / 1_000} s. ` +
      `Sides in turn, ${ROUNDS} rounds.`,
    ...{ rows, ratios },
  };
}

async function measure(installation: Installation, say: (line: string) => void): Promise<Slices> {
  say(`starting a network of Fabric ${installation.version} and a system on it …`);
  const network = await newNetwork(installation, BLOCKS_MS);
  const closing: (() => Promise<void>)[] = [network.remove];
  try {
    const system = await newSystemOn(network, 1300);
    closing.push(system.remove);
    const transfers = await openTransfers(system, PEOPLE);
    closing.push(transfers.close);
    const single = await openOneAtATime(readProfile(system.profilePath));
    closing.push(single.close);
    return await inTurn(transfers, single, say);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function inTurn(
  { sdk, filling, people }: Transfers,
  single: OneAtATime,
  say: (line: string) => void,
): Promise<Slices> {
  const payments = amongAll(people);
  const acts: Record<Side, () => Promise<Slice>> = {
    single: () => single.slice(SLICE_MS, payments),
    sdk: () => sdkSlice(sdk, 1, SLICE_MS, payments),
    batches: () => filling.slice(FILLED, payments),
  };
  const slices: Slices = { single: [], sdk: [], batches: [] };
  for (let round = 1; round <= ROUNDS; round++) {
    for (const side of Object.keys(acts) as Side[]) slices[side].push(await acts[side]());
    const rates = (Object.keys(acts) as Side[]).map((side) => `${side} ${slices[side].at(-1)?.rate.toFixed(1)}/s`);
    say(`round ${round}: ${rates.join(", ")}`);
  }
  return slices;
}

const rowsOf = (name: string, slices: Slices): Row[] =>
  (Object.keys(sides) as Side[]).flatMap((side) => [
    { measure: `${name}, ${sides[side]}`, values: slices[side].map(({ rate }) => rate), unit: "transfers/s" },
    { measure: `${name}, ${sides[side]}: in vain`, values: slices[side].map(({ invalid }) => invalid), unit: "%" },
  ]);

function ratiosOf(name: string, slices: Slices): Ratio[] {
  const rateOf = (side: Side) => median(slices[side].map(({ rate }) => rate));
  return (["single", "sdk"] as const).map((side) => ({
    measure: `${name}: batches / ${sides[side]}`,
    value: rateOf("batches") / rateOf(side),
    atLeast: AT_LEAST,
  }));
}
