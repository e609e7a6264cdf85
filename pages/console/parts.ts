// The state of every part, asked each second; and whether the gateway answers at all.
import { computed, signal } from "@preact/signals";
import type { NodeFact, PeerFact } from "./network.js";
import { identity, isAdmin, readSession, renew, resume, session } from "./session.js";

export interface Part {
  readonly name: string;
  readonly state: "ready" | "failing" | "starting" | "draining" | "away";
  readonly since?: string;
  readonly detail: string;
  readonly version?: string;
  readonly facts: Facts;
}

/** What parts tell of themselves; each tells its own. */
export interface Facts {
  readonly memoryBytes?: number;
  readonly height?: number;
  readonly chainHeight?: number;
  readonly lagBlocks?: number;
  readonly lagMs?: number;
  readonly watermark?: number;
  readonly cache?: string;
  readonly subgraphs?: Readonly<Record<string, boolean>>;
  readonly domains?: readonly string[];
  readonly roles?: Readonly<Record<string, string>>;
  readonly queues?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly leader?: boolean;
  readonly peers?: readonly PeerFact[];
  readonly nodes?: readonly NodeFact[];
  readonly line?: string;
  readonly channel?: string;
  /** Of a network its definition; of other parts what they found about it. */
  readonly chaincode?: string | { readonly name: string; readonly version: string; readonly sequence: number };
}

export interface Status {
  readonly env: string;
  readonly version: string;
  readonly at: string;
  readonly parts: readonly Part[];
}

export const status = signal<Status | undefined>(undefined);
/** Since when the gateway does not answer, Unix milliseconds. */
export const awaySince = signal<number | undefined>(undefined);
/** The gateway shows its parts to admins alone. */
export const forAdmins = signal(false);
/** Number of blocks of the ledger. */
export const height = computed(() => {
  const facts = (name: string) => status.value?.parts.find((part) => part.name === name)?.facts;
  return facts("projector")?.chainHeight ?? facts("ledger")?.height;
});

/** One look. The first one, and the first after an absence, asks for the session too: the gateway may be another one. */
export async function look(signal: AbortSignal): Promise<void> {
  try {
    const known = session.value !== undefined;
    if (!known || awaySince.value !== undefined) {
      await readSession(signal);
      await (known ? renew() : resume());
    }
    await readStatus(signal);
    awaySince.value = undefined;
  } catch {
    if (!signal.aborted) awaySince.value ??= Date.now();
  }
}

/** In development everybody on this machine may look, elsewhere an admin; nobody is asked for what is refused anyhow. */
async function readStatus(signal: AbortSignal): Promise<void> {
  const development = session.value?.env === "development";
  forAdmins.value = !development && !isAdmin.value;
  if (forAdmins.value) return readSession(signal);
  const headers: Record<string, string> = development ? {} : { authorization: `Bearer ${identity.value?.token ?? ""}` };
  const response = await fetch("/console/status", { signal, headers });
  if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
  status.value = (await response.json()) as Status;
}
