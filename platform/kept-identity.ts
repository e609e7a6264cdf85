// The pair by which an identity signs now, exchanged for a newer one in the wallet while the process runs (operations.md 3.5).
// Never gives up a pair for files that do not work: a new one signs only after a peer has answered a call signed by it.
import { X509Certificate } from "node:crypto";
import { nameOn, timeFault } from "./certificate.js";
import { advised, GxError, messageOf } from "./errors.js";
import { FabricError } from "./fabric-errors.js";
import type { Logger } from "./log.js";
import type { Counter, Gauge, Metrics } from "./metrics.js";
import type { Identity } from "./wallet.js";

export interface KeptIdentity {
  /** Signs now. What was begun with an earlier one ends with it. */
  current(): Identity;
  /** Why the files in the wallet are not used; undefined while they are the pair that signs. */
  waiting(): string | undefined;
  /**
   * Looks into the wallet and exchanges the pair when there is another one that a peer answers; resolves to true then.
   * Cheap while nothing has changed: to be called each second. Never rejects.
   */
  look(): Promise<boolean>;
}

export interface IdentityMeasures {
  notAfter: Gauge<"role" | "kind">;
  reloads: Counter<"role" | "result">;
}

export interface Keeping {
  /** As metrics and lines of the log name it. */
  role: string;
  /** Reads the wallet. @throws GxError when the files are not as they must be */
  read: () => Identity;
  /** A signed call that changes nothing. Rejects when the peer does not answer, or refuses the identity. */
  canary: (identity: Identity) => Promise<void>;
  measures: IdentityMeasures;
  log: Logger;
}

/** A pair that a peer refused is offered again so often: the channel may learn of its CA. */
const OFFER_AGAIN_MS = 10_000;

export const identityMeasures = ({ gauge, counter }: Metrics): IdentityMeasures => ({
  notAfter: gauge("fabric_identity_not_after_seconds", "End of a certificate, Unix seconds.", ["role", "kind"]),
  reloads: counter("fabric_identity_reloads_total", "New files in the wallet, by what became of them.", [
    ...(["role", "result"] as const),
  ]),
});

/** @throws GxError of `read` */
export function keepIdentity({ role, read, canary, measures, log }: Keeping): KeptIdentity {
  let current = read();
  let seen: Seen | undefined;
  let looking: Promise<boolean> | undefined;
  const use = (identity: Identity) => {
    current = identity;
    measures.notAfter.set({ role, kind: "sign" }, Math.floor(identity.notAfter.getTime() / 1_000));
  };
  use(current);

  const note = (mark: string, reason: string, result: "faulty" | "refused") => {
    const before = seen;
    seen = { mark, reason, at: Date.now(), told: before?.reason === reason && before.told };
    // The two files are not written at once: what does not fit is believed when it is found a second time.
    if (seen.told || (result === "faulty" && before?.reason !== reason)) return;
    seen.told = true;
    measures.reloads.inc({ role, result });
    log.error({ role, name: current.name, reason }, "New identity is not used");
  };

  const offer = async (found: Identity): Promise<boolean> => {
    const mark = found.certificate.toString("latin1");
    if (seen?.mark === mark && Date.now() - seen.at < OFFER_AGAIN_MS) return false;
    try {
      await mayCall(found, canary);
    } catch (error) {
      note(mark, advised(error), "refused");
      return false;
    }
    seen = undefined;
    use(found);
    measures.reloads.inc({ role, result: "loaded" });
    log.info(
      { role, notAfter: found.notAfter.toISOString() },
      `Successfully connected Fabric client for ${found.name}`,
    );
    return true;
  };

  const lookOnce = async (): Promise<boolean> => {
    let found: Identity;
    try {
      found = read();
    } catch (error) {
      note("", advised(error), "faulty");
      return false;
    }
    if (!isSame(found, current)) return offer(found);
    seen = undefined;
    return false;
  };

  return {
    current: () => current,
    waiting: () => (seen?.told ? seen.reason : undefined),
    look: () => (looking ??= lookOnce().finally(() => (looking = undefined))),
  };
}

/** Files that are not in use. */
interface Seen {
  /** The certificate; "" where the files could not be read. */
  mark: string;
  reason: string;
  /** Unix ms. */
  at: number;
  /** Said in the log and counted. */
  told: boolean;
}

const isSame = (one: Identity, other: Identity): boolean =>
  one.certificate.equals(other.certificate) && one.key.equals(other.key);

/**
 * Proves an identity by a signed call: it is in time and the peer takes it.
 * @throws GxError IDENTITY_EXPIRED, IDENTITY_NOT_YET_VALID, SIGNER_REFUSED (all worth a second try later); what `canary` threw
 */
export async function mayCall(identity: Identity, canary: (identity: Identity) => Promise<void>): Promise<void> {
  const x509 = new X509Certificate(identity.certificate);
  const fault = timeFault(identity.name, x509);
  if (fault) throw fault;
  try {
    await canary(identity);
  } catch (error) {
    throw refusal(identity, x509, error) ?? error;
  }
}

// Words of peers and of our chaincode for a signer that they do not take.
const REFUSED = /access denied|creator|identity expired|SIGNER_NOT_ALLOWED|FORBIDDEN/;

function refusal({ name, mspId }: Identity, { issuer }: X509Certificate, error: unknown): GxError | undefined {
  const text = error instanceof FabricError ? error.text : messageOf(error);
  if (!REFUSED.test(text)) return undefined;
  return new GxError("SIGNER_REFUSED", `the peer refuses ${name} of ${mspId}, issued by ${nameOn(issuer)}: ${text}`, {
    retry: "later",
    advice: error instanceof GxError ? error.advice : undefined,
    cause: error,
  });
}

/** For readiness: whose certificate holds until when, and why newer files of identity or TLS roots are not used. */
export function shownIdentity(who: string, notAfter: Date, waiting: readonly (string | undefined)[]): string {
  const until = `${who} until ${notAfter.toISOString()}`;
  const why = waiting.filter((text) => text !== undefined);
  return why.length === 0 ? until : `${until}; newer files are not used: ${why.join("; ")}`;
}
