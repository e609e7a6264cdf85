// Commands about persons (protocol.md 7 and 12).
import { command, country, domain, hash, int, ref } from "./language.js";
import { identity as happened } from "./events/identity.js";
import { BAL, CRED, tokenomics } from "./events/tokenomics.js";

export const identity = domain("identity", happened, {
  createUser: command("partner", "Bring an approved person onto the ledger and hand out the genesis coins.", {
    input: { userId: ref("User"), biometricHash: hash(), nationality: country(), ageYears: int(0, 150) },
    emits: [happened.UserCreated, ...BAL, tokenomics.GenesisDistributed, tokenomics.TreasuryAllocated, ...CRED],
    refusals: ["ALREADY_EXISTS", "BIOMETRIC_IN_USE", "COUNTRY_NOT_INITIALIZED"],
    lanes: ({ userId, nationality }) => [`country:${nationality}`, `user:${userId}`, `account:${userId}`],
    weight: () => 24,
  }),
});
