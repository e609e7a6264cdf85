// Events of coins and accounts (protocol.md 13), and the two groups of them that every movement of money causes.
import {
  account,
  bps,
  choice,
  country,
  events,
  int,
  optional,
  qirat,
  qirat0,
  reasonCode,
  ref,
  text,
  uuid,
} from "../language.js";
import { internalTransfers } from "../choices.js";
import { feeKinds, feeScopes } from "../economy.js";
import { tax } from "./tax.js";

const anyAccount = () => account("user", "organization", "treasury", "system", "counter");

export const tokenomics = events("tokenomics", {
  BalanceChanged: { accountId: anyAccount(), balance: qirat0() },
  AccountCredited: { accountId: anyAccount(), deltaKey: text(1, 80), amount: qirat() },
  TransferCompleted: {
    from: account(),
    to: account(),
    amount: qirat(),
    fee: qirat0(),
    kind: choice("FeeKind", feeKinds),
    scope: optional(choice("FeeScope", feeScopes)),
    rateBps: bps(),
    remark: optional(text(1, 140)),
    multiSigTxId: optional(uuid()),
  },
  GenesisDistributed: {
    userId: ref("User"),
    nationality: country(),
    ageYears: int(0, 150),
    phase: int(1, 6),
    amount: qirat(),
  },
  TreasuryAllocated: {
    countryCode: country(),
    accountId: account("treasury"),
    userId: ref("User"),
    phase: int(1, 6),
    amount: qirat(),
  },
  InternalTransferCompleted: {
    type: choice("InternalTransferType", internalTransfers),
    from: account("treasury", "system"),
    to: account("user", "organization", "system"),
    amount: qirat(),
    remark: optional(text(1, 140)),
  },
  WalletFrozen: { accountId: account("user", "organization"), reason: reasonCode() },
  WalletUnfrozen: { accountId: account("user", "organization") },
});

/** BAL of protocol.md 12: each stored balance touched, followed by the timer of that account where it changes. */
export const BAL = [tokenomics.BalanceChanged, tax.TaxTimerChanged] as const;
/** CRED of protocol.md 12: each accumulating account credited, then the genesis counters. */
export const CRED = [tokenomics.AccountCredited] as const;
