// Channel participation of an orderer: joining it to the channel and asking what it does there. Plain HTTP on loopback;
// elsewhere with the certificate of who administers channels.
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, fetch, FormData } from "undici";
import { administratorOf } from "./callers.js";
import { networkFault } from "./errors.js";
import type { Layout, OrdererPlace } from "./layout.js";

const PATIENCE_MS = 30_000;

/** Joins an orderer with the channel's first block. @throws GxError NETWORK with the orderer's answer */
export async function joinOrderer(layout: Layout, orderer: OrdererPlace, block: Buffer): Promise<void> {
  const body = new FormData();
  body.append("config-block", new Blob([new Uint8Array(block)]), "config.block");
  await asked(layout, orderer, "", async (address, dispatcher) => {
    const answer = await fetch(address, { method: "POST", body, ...dispatcher });
    if (answer.status !== 201) throw networkFault(`${orderer.name} did not join the channel: ${await answer.text()}`);
  });
}

/** What the orderer does in the channel; undefined where it has not joined. */
export const statusIn = (layout: Layout, orderer: OrdererPlace, channel: string): Promise<string | undefined> =>
  asked(layout, orderer, `/${channel}`, async (address, dispatcher) => {
    const answer = await fetch(address, dispatcher);
    const told = answer.ok ? ((await answer.json()) as { status?: string }) : {};
    return told.status;
  });

/** Resolves when the orderer takes part in the channel's ordering. */
export async function activeIn(layout: Layout, orderer: OrdererPlace, channel: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(20)) {
    const status = await statusIn(layout, orderer, channel).catch(() => undefined);
    if (status === "active") return;
    if (Date.now() > end) throw networkFault(`${orderer.name} is not active in ${channel}: ${status ?? "no answer"}`);
  }
}

async function asked<T>(
  layout: Layout,
  orderer: OrdererPlace,
  path: string,
  act: (address: string, options: { dispatcher?: Agent }) => Promise<T>,
): Promise<T> {
  const connect = administratorOf(layout, orderer);
  const address = `${connect ? "https" : "http"}://${orderer.host}:${orderer.adminPort}/participation/v1/channels${path}`;
  if (!connect) return act(address, {});
  const dispatcher = new Agent({ connect });
  try {
    return await act(address, { dispatcher });
  } finally {
    await dispatcher.close();
  }
}
