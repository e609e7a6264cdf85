// TLS roots of the peers as they stand in their file now: a root that is added or removed counts from the next handshake on.
// Never drops the roots in use for a file that cannot be parsed.
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { experimental, type ChannelCredentials } from "@grpc/grpc-js";
import { GxError, messageOf } from "./errors.js";

export interface TlsRoots {
  /** For channels to the peers whose certificates chain to these roots. */
  readonly credentials: ChannelCredentials;
  /** Earliest end of the roots in use. */
  notAfter(): Date;
  /** Why the file as it is now is not used; undefined while it is. */
  waiting(): string | undefined;
  /** Reads the file again; channels do so by themselves each second while they are open. */
  look(): void;
}

type Listener = Parameters<experimental.CertificateProvider["addCaCertificateListener"]>[0];

const EVERY_MS = 1_000;

/** @throws GxError BAD_WALLET when the file cannot be read or holds something else than PEM certificates */
export function openTlsRoots(file: string): TlsRoots {
  let pem = readRoots(file);
  let notAfter = earliestEnd(pem);
  let waiting: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const listeners = new Set<Listener>();
  const tell = (listener: Listener) => listener({ caCertificate: pem });
  const look = () => {
    try {
      const now = readRoots(file);
      waiting = undefined;
      if (now.equals(pem)) return;
      [pem, notAfter] = [now, earliestEnd(now)];
      listeners.forEach(tell);
    } catch (error) {
      waiting = messageOf(error);
    }
  };
  const provider: experimental.CertificateProvider = {
    addCaCertificateListener: (listener) => {
      listeners.add(listener);
      tell(listener);
      timer ??= setInterval(look, EVERY_MS).unref();
    },
    removeCaCertificateListener: (listener) => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
    // Clients show no certificate in TLS: who they are stands in each signed message.
    addIdentityCertificateListener: (listener) => listener(null),
    removeIdentityCertificateListener: () => undefined,
  };
  return {
    credentials: experimental.createCertificateProviderChannelCredentials(provider, null),
    notAfter: () => notAfter,
    waiting: () => waiting,
    look,
  };
}

/** When the first of several files' roots ends. */
export const earliestEndOf = (all: readonly TlsRoots[]): Date =>
  new Date(Math.min(...all.map(({ notAfter }) => notAfter().getTime())));

/** The certificates of a PEM bundle. @throws Error where one cannot be parsed */
export const rootsIn = (pem: Buffer): X509Certificate[] =>
  (pem.toString("latin1").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one),
  );

const earliestEnd = (pem: Buffer): Date =>
  new Date(Math.min(...rootsIn(pem).map(({ validTo }) => Date.parse(validTo))));

function readRoots(file: string): Buffer {
  try {
    const pem = readFileSync(file);
    if (rootsIn(pem).length === 0) throw new Error(`${file} holds no certificate in PEM`);
    createSecureContext({ ca: pem });
    return pem;
  } catch (cause) {
    throw new GxError("BAD_WALLET", `TLS roots cannot be read: ${messageOf(cause)}`, { cause });
  }
}
