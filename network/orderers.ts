// Channel participation of an orderer: joining it to the channel and asking what it does there. Plain HTTP on loopback;
// elsewhere with the certificate of who administers channels.
import { setTimeout as sleep } from "node:timers/promises";
import { networkFault } from "./errors.js";
import type { OrdererPlace } from "./layout.js";

const PATIENCE_MS = 30_000;
const address = ({ adminPort }: OrdererPlace): string => `http://127.0.0.1:${adminPort}/participation/v1/channels`;

/** Joins an orderer with the channel's first block. @throws GxError NETWORK with the orderer's answer */
export async function joinOrderer(orderer: OrdererPlace, block: Buffer): Promise<void> {
  const body = new FormData();
  body.append("config-block", new Blob([new Uint8Array(block)]), "config.block");
  const answer = await fetch(address(orderer), { method: "POST", body });
  if (answer.status !== 201) throw networkFault(`${orderer.name} did not join the channel: ${await answer.text()}`);
}

/** Resolves when the orderer takes part in the channel's ordering. */
export async function activeIn(orderer: OrdererPlace, channel: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(20)) {
    const answer = await fetch(`${address(orderer)}/${channel}`).catch(() => undefined);
    const told = answer?.ok ? ((await answer.json()) as { status?: string }) : {};
    if (told.status === "active") return;
    if (Date.now() > end)
      throw networkFault(`${orderer.name} is not active in ${channel}: ${told.status ?? "no answer"}`);
  }
}
