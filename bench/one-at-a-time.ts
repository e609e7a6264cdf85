// The submitter's own client without its batches: endorse one command, order it, wait for its block, take the next one.
import { randomUUID } from "node:crypto";
import { READER, signers } from "../catalogue/roles.js";
import { functions } from "../catalogue/wire.js";
import { chainInfo, followBlocks } from "../platform/blocks.js";
import { openConnection } from "../platform/connection.js";
import { actAs, FabricError } from "../platform/fabric.js";
import type { Profile } from "../platform/profile.js";
import { readIdentity } from "../platform/wallet.js";
import { classOf } from "../workers/submitter/classes.js";
import { createOutcomes } from "../workers/submitter/settle.js";
import { argumentOf } from "../workers/submitter/submit.js";
import { transferOf, type Payments, type Slice } from "./sdk.js";

export interface OneAtATime {
  slice(sliceMs: number, payments: Payments): Promise<Slice>;
  close(): Promise<void>;
}

export async function openOneAtATime(profile: Profile): Promise<OneAtATime> {
  const connection = openConnection(profile);
  const reader = readIdentity(profile, READER);
  const fabric = actAs(connection, readIdentity(profile, signers.gx_partner_api.identity));
  const outcomes = createOutcomes();
  const stop = new AbortController();
  const { height } = await chainInfo(connection, reader);
  const following = (async () => {
    const { signal } = stop;
    for await (const block of followBlocks({ connection, identity: reader, from: height, signal })) outcomes.see(block);
  })();
  const isCommitted = async (argument: string) => {
    try {
      const endorsed = await fabric.endorse(functions.execute, argument);
      const { outcome } = outcomes.expect(endorsed.txId);
      await endorsed.submit();
      return (await outcome)?.code === 0;
    } catch (error) {
      if (error instanceof FabricError && classOf(error) === "MISMATCH") return false;
      throw error;
    }
  };
  return {
    slice: async (sliceMs, payments) => {
      const start = performance.now();
      const seen = { valid: 0, again: 0 };
      for (let i = 0; performance.now() - start < sliceMs; i += 1) {
        const argument = argumentOf([{ id: randomUUID(), ...transferOf(payments(i)) }]);
        while (!(await isCommitted(argument))) seen.again += 1;
        seen.valid += 1;
      }
      const seconds = (performance.now() - start) / 1_000;
      return { rate: seen.valid / seconds, invalid: (100 * seen.again) / Math.max(1, seen.valid + seen.again) };
    },
    close: async () => {
      stop.abort();
      await following;
      connection.close();
    },
  };
}
