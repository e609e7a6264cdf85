// Every code with which the ledger refuses a command (protocol.md 14): a refusal is final for its command id.

export interface Refused {
  /** What the caller reads. */
  readonly sentence: string;
  readonly category: string;
  /** The HTTP status that says the same; a refusal comes after the answer, so no response carries it. */
  readonly status: number;
  /** The same request fails again; otherwise it may succeed later under a new id. */
  readonly permanent: boolean;
}

const refused = (sentence: string, category: string, status: number, permanent: "yes" | "later"): Refused => ({
  sentence,
  category,
  status,
  permanent: permanent === "yes",
});

export const refusals = {
  UNKNOWN_COMMAND: refused("This command does not exist.", "BAD_USER_INPUT", 400, "yes"),
  ROLE_NOT_ALLOWED: refused("The signing identity may not sign this command.", "FORBIDDEN", 403, "yes"),
  INVALID_INPUT: refused("A field of the input is missing, unknown or malformed.", "BAD_USER_INPUT", 400, "yes"),
  NOT_BOOTSTRAPPED: refused("The system is not bootstrapped yet.", "UNAVAILABLE", 503, "later"),
  PAUSED: refused("The system is paused.", "UNAVAILABLE", 503, "later"),
  ACTOR_NOT_ADMIN: refused("Only an appointed admin may ask this.", "FORBIDDEN", 403, "yes"),
  ACTOR_NOT_ACTIVE: refused("The acting user is not an active user of the ledger.", "FORBIDDEN", 403, "later"),
  ACTOR_NOT_ALLOWED: refused("The acting user has no right to this object.", "FORBIDDEN", 403, "yes"),
  SELF_ACTION: refused("This cannot be done to oneself.", "FORBIDDEN", 403, "yes"),
  NOT_FOUND: refused("A named object does not exist.", "NOT_FOUND", 404, "later"),
  ALREADY_EXISTS: refused("The object exists already.", "CONFLICT", 409, "yes"),
  WRONG_STATE: refused("The state of the object does not allow this.", "CONFLICT", 409, "later"),
  ALREADY_ACTED: refused("The acting user has done this already.", "CONFLICT", 409, "yes"),
  AMOUNT_OUT_OF_RANGE: refused("The amount is outside the allowed range.", "UNPROCESSABLE", 422, "yes"),
  LIMIT_EXCEEDED: refused("A limit would be exceeded.", "UNPROCESSABLE", 422, "later"),
  ALREADY_BOOTSTRAPPED: refused("The system is bootstrapped already.", "CONFLICT", 409, "yes"),
  OVERRIDES_NOT_ALLOWED: refused("Parameters may be overridden only with profile devnet.", "FORBIDDEN", 403, "yes"),
  ALREADY_PAUSED: refused("The system is paused already.", "CONFLICT", 409, "later"),
  NOT_PAUSED: refused("The system is not paused.", "CONFLICT", 409, "later"),
  SHARE_SUM_EXCEEDED: refused("The country shares would exceed one.", "UNPROCESSABLE", 422, "yes"),
  COUNTRY_NOT_INITIALIZED: refused("The country is not initialized.", "NOT_FOUND", 404, "later"),
  LAST_ADMIN: refused("The last active admin cannot be revoked.", "CONFLICT", 409, "later"),
  PARAMETER_NOT_CHANGEABLE: refused("Only governance may change this parameter.", "FORBIDDEN", 403, "yes"),
  PARAMETER_OUT_OF_RANGE: refused("The value is outside the range of the parameter.", "UNPROCESSABLE", 422, "yes"),
  INSUFFICIENT_FUNDS: refused("The account does not hold enough.", "UNPROCESSABLE", 422, "later"),
  FEE_EXCEEDS_AMOUNT: refused("The fee is not smaller than the amount.", "UNPROCESSABLE", 422, "yes"),
  ACCOUNT_FROZEN: refused("The account is frozen.", "FORBIDDEN", 403, "later"),
  TREASURY_LOCKED: refused("The treasury is not active.", "FORBIDDEN", 403, "later"),
  POOL_EXHAUSTED: refused("The pool cannot pay this amount.", "UNPROCESSABLE", 422, "later"),
  GENESIS_ALREADY_DISTRIBUTED: refused("The user has received genesis coins already.", "CONFLICT", 409, "yes"),
  AGE_NOT_ELIGIBLE: refused("The age is outside the range for genesis.", "UNPROCESSABLE", 422, "later"),
  NO_SLOT_LEFT: refused("The country has no genesis slot left.", "UNPROCESSABLE", 422, "yes"),
  BIOMETRIC_IN_USE: refused("The biometric hash belongs to a user already.", "CONFLICT", 409, "yes"),
  USER_NOT_ACTIVE: refused("A named user is not active.", "UNPROCESSABLE", 422, "later"),
  DUPLICATE_RELATIONSHIP: refused("The two users have a relationship or a request already.", "CONFLICT", 409, "later"),
  RECOVERY_OPEN: refused("A recovery session is open for this user.", "CONFLICT", 409, "later"),
  RECOVERY_EXPIRED: refused("The recovery session has expired.", "CONFLICT", 409, "yes"),
  RULE_INVALID: refused(
    "The rule names outsiders, too many approvers or a threshold already taken.",
    "UNPROCESSABLE",
    422,
    "yes",
  ),
  NO_RULE_DEFINED: refused("The organization has no rule.", "UNPROCESSABLE", 422, "later"),
  NOT_ALL_ENDORSED: refused("Not every stakeholder has endorsed.", "CONFLICT", 409, "later"),
  ORGANIZATION_NOT_ACTIVE: refused("The organization is not active.", "CONFLICT", 409, "later"),
  NO_RULE_APPLIES: refused("No rule of the organization covers this amount.", "UNPROCESSABLE", 422, "yes"),
  TRUST_TOO_LOW: refused("The trust score is too low.", "FORBIDDEN", 403, "later"),
  REPAYMENT_EXCEEDS_DEBT: refused("The repayment exceeds the outstanding amount.", "UNPROCESSABLE", 422, "yes"),
  NOT_DUE: refused("The loan is not past its due date.", "CONFLICT", 409, "later"),
  DUPLICATE_PROPOSAL: refused("The same change is being voted on already.", "CONFLICT", 409, "later"),
  VOTING_CLOSED: refused("The vote is closed.", "CONFLICT", 409, "yes"),
  VOTING_OPEN: refused("The vote is still open.", "CONFLICT", 409, "later"),
  TAX_EXEMPT: refused("The account is exempt from the tax.", "CONFLICT", 409, "later"),
  BELOW_THRESHOLD: refused("The balance is below the taxable minimum.", "CONFLICT", 409, "later"),
  TAX_NOT_DUE: refused("The holding period has not passed.", "CONFLICT", 409, "later"),
  RECIPIENT_NOT_ELIGIBLE: refused(
    "A recipient is not an active user below the threshold.",
    "UNPROCESSABLE",
    422,
    "later",
  ),
  NOTHING_TO_DISTRIBUTE: refused("The share of each recipient would be zero.", "UNPROCESSABLE", 422, "later"),
} as const;

export type RefusalCode = keyof typeof refusals;
