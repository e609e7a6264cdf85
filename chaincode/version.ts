// Which chaincode this is. The build puts it in; every peer that runs the same file says the same.

declare const GX_CHAINCODE_VERSION: string | undefined;

/** The package's version and the first digits of the bundle's hash, e.g. `0.1.0+3f2a9c81d07e`. */
export const chaincodeVersion = typeof GX_CHAINCODE_VERSION === "string" ? GX_CHAINCODE_VERSION : "unbundled";
