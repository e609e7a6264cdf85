// The MSP folder that a Fabric CA's client leaves after an enrolment, read as a new pair.
// Its keystore may hold keys of earlier enrolments: the one that fits the certificate is taken.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { GxError } from "../../platform/errors.js";
import { read, type NewPair } from "./pair.js";

/** @throws GxError BAD_WALLET naming the folder or file and what was expected there */
export function readMspFolder(folder: string): NewPair {
  const signed = filesIn(join(folder, "signcerts"));
  const [certificateFile, ...more] = signed;
  if (certificateFile === undefined || more.length > 0) {
    throw faulty(`${join(folder, "signcerts")} must hold one certificate, found ${signed.length}`);
  }
  const certificate = read(certificateFile);
  const x509 = certificateIn(certificateFile);
  const keystore = join(folder, "keystore");
  const key = filesIn(keystore)
    .map(read)
    .find((pem) => fits(x509, pem));
  if (!key) throw faulty(`${keystore} holds no key of ${certificateFile}; import the folder of one enrolment whole`);
  const issuers = [...filesIn(join(folder, "cacerts")), ...filesIn(join(folder, "intermediatecerts"))];
  if (issuers.length === 0) throw faulty(`${join(folder, "cacerts")} must hold the CA's certificate, found none`);
  return {
    ...{ from: folder, certificate, key },
    issuers: issuers.map(certificateIn),
    tlsRoots: filesIn(join(folder, "tlscacerts")).map((file) => certificateIn(file).toString()),
  };
}

/** Empty where there is no such folder. */
function filesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).sort();
    return names.map((name) => join(folder, name)).filter((file) => statSync(file).isFile());
  } catch {
    return [];
  }
}

function certificateIn(file: string): X509Certificate {
  const pem = read(file);
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new GxError("BAD_WALLET", `${file} holds no certificate in PEM`, { cause });
  }
}

function fits(x509: X509Certificate, pem: Buffer): boolean {
  try {
    return x509.checkPrivateKey(createPrivateKey(pem));
  } catch {
    return false;
  }
}

const faulty = (message: string): GxError => new GxError("BAD_WALLET", message);
