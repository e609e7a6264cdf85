// Every refusal of protocol.md 14 as the caller of a mutation reads it: code, sentence, category and status, typed by hand.
import { refusals } from "../../catalogue/refusals.js";
import { main as projector } from "../../workers/projector/main.js";
import { main as submitter } from "../../workers/submitter/main.js";
import { newProcesses } from "../flow/processes.js";
import { newWorld, type World } from "../submitter/world.js";
import { newGraph, type Graph } from "./graph.js";
import { provoke, type Refused } from "./refused.js";

const law: readonly (readonly [code: string, sentence: string, category: string, status: number])[] = [
  ["UNKNOWN_COMMAND", "This command does not exist.", "BAD_USER_INPUT", 400],
  ["ROLE_NOT_ALLOWED", "The signing identity may not sign this command.", "FORBIDDEN", 403],
  ["INVALID_INPUT", "A field of the input is missing, unknown or malformed.", "BAD_USER_INPUT", 400],
  ["NOT_BOOTSTRAPPED", "The system is not bootstrapped yet.", "UNAVAILABLE", 503],
  ["PAUSED", "The system is paused.", "UNAVAILABLE", 503],
  ["ACTOR_NOT_ADMIN", "Only an appointed admin may ask this.", "FORBIDDEN", 403],
  ["ACTOR_NOT_ACTIVE", "The acting user is not an active user of the ledger.", "FORBIDDEN", 403],
  ["ACTOR_NOT_ALLOWED", "The acting user has no right to this object.", "FORBIDDEN", 403],
  ["SELF_ACTION", "This cannot be done to oneself.", "FORBIDDEN", 403],
  ["NOT_FOUND", "A named object does not exist.", "NOT_FOUND", 404],
  ["ALREADY_EXISTS", "The object exists already.", "CONFLICT", 409],
  ["WRONG_STATE", "The state of the object does not allow this.", "CONFLICT", 409],
  ["ALREADY_ACTED", "The acting user has done this already.", "CONFLICT", 409],
  ["AMOUNT_OUT_OF_RANGE", "The amount is outside the allowed range.", "UNPROCESSABLE", 422],
  ["LIMIT_EXCEEDED", "A limit would be exceeded.", "UNPROCESSABLE", 422],
  ["ALREADY_BOOTSTRAPPED", "The system is bootstrapped already.", "CONFLICT", 409],
  ["OVERRIDES_NOT_ALLOWED", "Parameters may be overridden only with profile devnet.", "FORBIDDEN", 403],
  ["ALREADY_PAUSED", "The system is paused already.", "CONFLICT", 409],
  ["NOT_PAUSED", "The system is not paused.", "CONFLICT", 409],
  ["SHARE_SUM_EXCEEDED", "The country shares would exceed one.", "UNPROCESSABLE", 422],
  ["COUNTRY_NOT_INITIALIZED", "The country is not initialized.", "NOT_FOUND", 404],
  ["LAST_ADMIN", "The last active admin cannot be revoked.", "CONFLICT", 409],
  ["PARAMETER_NOT_CHANGEABLE", "Only governance may change this parameter.", "FORBIDDEN", 403],
  ["PARAMETER_OUT_OF_RANGE", "The value is outside the range of the parameter.", "UNPROCESSABLE", 422],
  ["INSUFFICIENT_FUNDS", "The account does not hold enough.", "UNPROCESSABLE", 422],
  ["FEE_EXCEEDS_AMOUNT", "The fee is not smaller than the amount.", "UNPROCESSABLE", 422],
  ["ACCOUNT_FROZEN", "The account is frozen.", "FORBIDDEN", 403],
  ["TREASURY_LOCKED", "The treasury is not active.", "FORBIDDEN", 403],
  ["POOL_EXHAUSTED", "The pool cannot pay this amount.", "UNPROCESSABLE", 422],
  ["GENESIS_ALREADY_DISTRIBUTED", "The user has received genesis coins already.", "CONFLICT", 409],
  ["AGE_NOT_ELIGIBLE", "The age is outside the range for genesis.", "UNPROCESSABLE", 422],
  ["NO_SLOT_LEFT", "The country has no genesis slot left.", "UNPROCESSABLE", 422],
  ["BIOMETRIC_IN_USE", "The biometric hash belongs to a user already.", "CONFLICT", 409],
  ["USER_NOT_ACTIVE", "A named user is not active.", "UNPROCESSABLE", 422],
  ["DUPLICATE_RELATIONSHIP", "The two users have a relationship or a request already.", "CONFLICT", 409],
  ["RECOVERY_OPEN", "A recovery session is open for this user.", "CONFLICT", 409],
  ["RECOVERY_EXPIRED", "The recovery session has expired.", "CONFLICT", 409],
  ["RULE_INVALID", "The rule names outsiders, too many approvers or a threshold already taken.", "UNPROCESSABLE", 422],
  ["NO_RULE_DEFINED", "The organization has no rule.", "UNPROCESSABLE", 422],
  ["NOT_ALL_ENDORSED", "Not every stakeholder has endorsed.", "CONFLICT", 409],
  ["ORGANIZATION_NOT_ACTIVE", "The organization is not active.", "CONFLICT", 409],
  ["NO_RULE_APPLIES", "No rule of the organization covers this amount.", "UNPROCESSABLE", 422],
  ["TRUST_TOO_LOW", "The trust score is too low.", "FORBIDDEN", 403],
  ["REPAYMENT_EXCEEDS_DEBT", "The repayment exceeds the outstanding amount.", "UNPROCESSABLE", 422],
  ["NOT_DUE", "The loan is not past its due date.", "CONFLICT", 409],
  ["DUPLICATE_PROPOSAL", "The same change is being voted on already.", "CONFLICT", 409],
  ["VOTING_CLOSED", "The vote is closed.", "CONFLICT", 409],
  ["VOTING_OPEN", "The vote is still open.", "CONFLICT", 409],
  ["TAX_EXEMPT", "The account is exempt from the tax.", "CONFLICT", 409],
  ["BELOW_THRESHOLD", "The balance is below the taxable minimum.", "CONFLICT", 409],
  ["TAX_NOT_DUE", "The holding period has not passed.", "CONFLICT", 409],
  ["RECIPIENT_NOT_ELIGIBLE", "A recipient is not an active user below the threshold.", "UNPROCESSABLE", 422],
  ["NOTHING_TO_DISTRIBUTE", "The share of each recipient would be zero.", "UNPROCESSABLE", 422],
];

let world: World;
let graph: Graph;
let refused: readonly Refused[];
const processes = newProcesses();
beforeAll(async () => {
  world = await newWorld();
  const parts = { DATABASE_URL: world.database.url, REDIS_URL: world.redis.url };
  // Hundreds of commands come in a few requests.
  const limits = { LIMIT_ALIASES: "1000", LIMIT_TOKENS: "100000", LIMIT_ROOT_MUTATIONS: "100" };
  graph = await newGraph({ ...parts, ...limits });
  const settings = { ...parts, GX_HOME: world.home, FABRIC_PROFILE: world.profilePath };
  await processes.start(submitter, settings);
  await processes.start(projector, settings);
  refused = await provoke(graph, world);
}, 300_000);
afterAll(async () => {
  await processes.stopAll();
  await graph.close();
  await world.close();
});

it.each(law)("tells a caller of %s: %s", (code, message, category, status) => {
  const met = refused.filter((each) => each.code === code).map(({ ended }) => ended);
  expect(met).toEqual([{ status: "REFUSED", error: { code, message, category, status } }]);
});

it("leaves no code out", () => {
  expect(law.map(([code]) => code).sort()).toEqual(Object.keys(refusals).sort());
  expect(law).toHaveLength(53);
});
