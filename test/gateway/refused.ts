// Provokes every refusal of protocol.md 14 as callers would: mutations through the gateway, the real ledger, the projector.
// Each way is the shortest that leads to its code; what is gathered is which command met which code.
import { createHash, randomUUID } from "node:crypto";
import { openAcceptance } from "../../platform/accept.js";
import { openProducer } from "../../platform/queue.js";
import { eventually } from "../environment.js";
import { newLines, newMetrics } from "../platform/parts.js";
import type { World } from "../submitter/world.js";
import type { Graph } from "./graph.js";

const SUPER_ADMIN = "00000000-0000-7000-8000-000000000001";
const ADMIN = "00000000-0000-7000-8000-000000000002";
const PARTNER = "00000000-0000-7000-8000-000000000003";
const GX = 1_000_000n;
const VOTING_SECONDS = 10;

/** What the graph says of a command that has ended. */
export interface Ended {
  readonly status: string;
  readonly error: { code: string; message: string; category: string; status: number } | null;
}

export interface Refused {
  /** The code for which the command was sent. */
  readonly code: string;
  readonly ended: Ended;
}

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

/** A caller who sends commands and waits for their ends. */
function newAsker(graph: Graph) {
  const token = (sub: string, role: string) => graph.token(role, sub);
  const sent: { code: string; id: string; sub: string; role: string }[] = [];

  async function send(sub: string, role: string, fields: readonly string[]): Promise<string[]> {
    const asked = fields.map((field, i) => {
      const [name = "", given = ""] = field.split(/\((.*)\)$/s);
      return `m${i}: ${name}(${[given, `idempotencyKey: "${randomUUID()}"`].filter(Boolean).join(", ")}) { commandId }`;
    });
    const answer = await graph.ask<Record<string, { commandId: string } | { commandId: string }[]>>(
      `mutation { ${asked.join(" ")} }`,
      {},
      await token(sub, role),
    );
    if (!answer.data) throw new Error(`${fields[0]}: ${JSON.stringify(answer.errors)}`);
    return Object.values(answer.data).flatMap((tickets) => [tickets].flat().map(({ commandId }) => commandId));
  }

  async function ends(ids: readonly string[], sub = ADMIN, role = "ADMIN"): Promise<Ended[]> {
    const asked = ids.map((id, i) => `c${i}: command(id: "${id}") { status error { code message category status } }`);
    const by = await token(sub, role);
    return eventually(async () => {
      const { data } = await graph.ask<Record<string, Ended | null>>(`{ ${asked.join(" ")} }`, {}, by);
      const found = Object.values(data ?? {});
      const over = found.every((each) => each && ["COMMITTED", "REFUSED", "FAILED"].includes(each.status));
      return found.length === ids.length && over ? (found as Ended[]) : undefined;
    }, `the ends of ${ids.length} commands`);
  }

  return {
    /** Sends commands and waits until all are committed; their ids. */
    async done(sub: string, role: string, ...fields: string[]): Promise<string[]> {
      const ids = await send(sub, role, fields);
      for (const [index, { status, error }] of (await ends(ids)).entries())
        if (status !== "COMMITTED") throw new Error(`${fields[index]}: ${status} ${error?.code}`);
      return ids;
    },
    /** Sends a command that is to be refused with this code. */
    async refused(code: string, sub: string, role: string, field: string): Promise<void> {
      for (const id of await send(sub, role, [field])) sent.push({ code, id, sub, role });
    },
    /** The same of a command that stands in the log already. */
    noted: (code: string, id: string, sub: string, role: string) => void sent.push({ code, id, sub, role }),
    send,
    /** Waits for the ends of all that are to be refused: what follows may change why. */
    settled: async () => void (await ends(sent.map(({ id }) => id))),
    /** As each caller sees the own command. */
    gathered: async (): Promise<Refused[]> => {
      const found: Refused[] = [];
      for (const { code, id, sub, role } of sent) {
        const [ended] = await ends([id], sub, role);
        found.push({ code, ended: ended as Ended });
      }
      return found;
    },
  };
}

type Asker = ReturnType<typeof newAsker>;

const people = ["ada", "bola", "chi", "dayo", "emma", "finn", "uche"] as const;
type People = Record<(typeof people)[number], string>;

const birth = (userId: string, nationality: string, ageYears = 30, biometric = userId) =>
  `createUser(userId: "${userId}", biometricHash: "${hashOf(biometric)}", nationality: "${nationality}", ageYears: ${ageYears})`;

async function beforeBootstrap({ refused, settled }: Asker): Promise<void> {
  const override = `parameters: [{ id: "quorumVotes", value: 10 }]`;
  await refused(
    "OVERRIDES_NOT_ALLOWED",
    SUPER_ADMIN,
    "SUPER_ADMIN",
    `bootstrapSystem(profile: mainnet, admins: ["${ADMIN}"], ${override})`,
  );
  await refused("NOT_BOOTSTRAPPED", PARTNER, "PARTNER_API", birth(randomUUID(), "NG"));
  await settled();
}

async function found({ done, refused, settled }: Asker): Promise<People> {
  const bootstrap = `bootstrapSystem(profile: devnet, admins: ["${ADMIN}"], parameters: [{ id: "votingPeriodSeconds", value: ${VOTING_SECONDS} }])`;
  await done(SUPER_ADMIN, "SUPER_ADMIN", bootstrap);
  const country = (code: string, share: string) => `{ code: "${code}", name: "Land", share: "${share}" }`;
  await done(
    SUPER_ADMIN,
    "SUPER_ADMIN",
    `initializeCountryData(countries: [${country("NG", "0.03384748")}, ${country("US", "0.03194263")}, ${country("TV", "0.00000001")}])`,
  );
  await refused("ALREADY_BOOTSTRAPPED", SUPER_ADMIN, "SUPER_ADMIN", bootstrap);
  const tooMuch = `initializeCountryData(countries: [${country("DE", "0.99000000")}])`;
  await refused("SHARE_SUM_EXCEEDED", SUPER_ADMIN, "SUPER_ADMIN", tooMuch);
  const id = Object.fromEntries(people.map((name) => [name, randomUUID()])) as People;
  const births = people.map((name) => birth(id[name], name === "emma" ? "US" : "NG", name === "finn" ? 12 : 30));
  await done(PARTNER, "PARTNER_API", ...births);
  await refused("ALREADY_EXISTS", PARTNER, "PARTNER_API", birth(id.ada, "NG", 30, "another"));
  await refused("BIOMETRIC_IN_USE", PARTNER, "PARTNER_API", birth(randomUUID(), "NG", 30, id.ada));
  await refused("COUNTRY_NOT_INITIALIZED", PARTNER, "PARTNER_API", birth(randomUUID(), "ZZ"));
  await settled();
  return id;
}

async function administration({ done, refused }: Asker, { ada, finn }: People): Promise<void> {
  const parameter = (id: string, value: number) => `updateSystemParameter(parameterId: "${id}", value: ${value})`;
  await refused("PARAMETER_NOT_CHANGEABLE", SUPER_ADMIN, "SUPER_ADMIN", parameter("quorumVotes", 20));
  await refused("PARAMETER_OUT_OF_RANGE", SUPER_ADMIN, "SUPER_ADMIN", parameter("loanMinTrust", 101));
  await refused("LAST_ADMIN", SUPER_ADMIN, "SUPER_ADMIN", `revokeAdmin(adminId: "${ADMIN}", reason: "Left")`);
  await refused("ACTOR_NOT_ADMIN", randomUUID(), "ADMIN", `unfreezeWallet(accountId: "${ada}")`);
  const treasury = `type: TREASURY_PAYMENT, from: "treasury_US", to: "${ada}", amount: "5"`;
  await refused("TREASURY_LOCKED", ADMIN, "ADMIN", `transferInternal(${treasury})`);
  await refused("GENESIS_ALREADY_DISTRIBUTED", ADMIN, "ADMIN", `distributeGenesis(userId: "${ada}", ageYears: 30)`);
  await refused("AGE_NOT_ELIGIBLE", ADMIN, "ADMIN", `distributeGenesis(userId: "${finn}", ageYears: 12)`);

  // The smallest country has 49 slots.
  const crowd = Array.from({ length: 50 }, () => randomUUID());
  await done(PARTNER, "PARTNER_API", ...crowd.map((userId) => birth(userId, "TV")));
  await refused("NO_SLOT_LEFT", ADMIN, "ADMIN", `distributeGenesis(userId: "${crowd.at(-1)}", ageYears: 30)`);
}

async function payments({ done, refused }: Asker, { ada, bola, chi, emma }: People): Promise<void> {
  const pay = (to: string, amount: bigint) => `transfer(to: "${to}", amount: "${amount}")`;
  await refused("ACTOR_NOT_ACTIVE", randomUUID(), "USER", pay(ada, GX));
  await refused("SELF_ACTION", ada, "USER", pay(ada, GX));
  await refused("NOT_FOUND", ada, "USER", pay(randomUUID(), GX));
  await refused("FEE_EXCEEDS_AMOUNT", ada, "USER", pay(emma, 1n));
  await refused("INSUFFICIENT_FUNDS", ada, "USER", pay(bola, 500n * GX));
  await done(ADMIN, "ADMIN", `freezeWallet(accountId: "${chi}", reason: COURT_ORDER)`);
  await refused("ACCOUNT_FROZEN", chi, "USER", pay(ada, GX));
}

async function taxes({ done, refused }: Asker, { ada, bola, finn }: People): Promise<void> {
  await done(ADMIN, "ADMIN", `setTaxExemption(accountId: "${bola}", exempt: true)`);
  await refused("TAX_EXEMPT", ADMIN, "ADMIN", `applyVelocityTax(accountId: "${bola}")`);
  await refused("BELOW_THRESHOLD", ADMIN, "ADMIN", `applyVelocityTax(accountId: "${finn}")`);
  await refused("TAX_NOT_DUE", ADMIN, "ADMIN", `applyVelocityTax(accountId: "${ada}")`);
  await refused("RECIPIENT_NOT_ELIGIBLE", ADMIN, "ADMIN", `redistribute(recipients: ["${ada}"])`);
  await refused("NOTHING_TO_DISTRIBUTE", ADMIN, "ADMIN", `redistribute(recipients: ["${finn}"])`);
}

async function relations({ done, refused }: Asker, { ada, bola, dayo, emma, uche }: People): Promise<void> {
  const asks = (objectId: string) => `requestRelationship(objectId: "${objectId}", type: FRIEND)`;
  const [relationship] = await done(ada, "USER", asks(bola));
  await refused("DUPLICATE_RELATIONSHIP", bola, "USER", asks(ada));
  await refused("ACTOR_NOT_ALLOWED", emma, "USER", `confirmRelationship(relationshipId: "${relationship}")`);
  await done(ADMIN, "ADMIN", `lockUser(userId: "${uche}", reason: COURT_ORDER)`);
  await refused("WRONG_STATE", ADMIN, "ADMIN", `lockUser(userId: "${uche}", reason: COURT_ORDER)`);
  await refused("USER_NOT_ACTIVE", ada, "USER", asks(uche));
  const recover = (userId: string) =>
    `initiateRecovery(userId: "${userId}", newBiometricHash: "${hashOf(randomUUID())}")`;
  await done(ada, "USER", `nominateGuardians(guardians: ["${bola}", "${dayo}", "${emma}"])`);
  await done(bola, "USER", recover(ada));
  await refused("RECOVERY_OPEN", dayo, "USER", recover(ada));
}

/** Sessions that begin from now on end after a second. */
async function lateRecovery({ done, refused }: Asker, { ada, bola, dayo, emma }: People): Promise<void> {
  const second = `updateSystemParameter(parameterId: "recoveryPeriodSeconds", value: 1)`;
  await done(SUPER_ADMIN, "SUPER_ADMIN", second);
  await done(emma, "USER", `nominateGuardians(guardians: ["${ada}", "${bola}", "${dayo}"])`);
  const hash = hashOf(randomUUID());
  const [session] = await done(bola, "USER", `initiateRecovery(userId: "${emma}", newBiometricHash: "${hash}")`);
  await over(Date.now() / 1_000 + 2);
  await refused("RECOVERY_EXPIRED", dayo, "USER", `confirmRecovery(sessionId: "${session}")`);
}

async function organization({ done, refused, settled }: Asker, { ada, dayo, emma }: People): Promise<void> {
  const [org] = await done(
    ada,
    "USER",
    `proposeOrganization(name: "Bakery", type: BUSINESS, country: "NG", stakeholders: ["${ada}", "${dayo}"])`,
  );
  const activate = `activateOrganization(organizationId: "${org}")`;
  const rule = (approver: string) =>
    `defineAuthRule(organizationId: "${org}", ruleId: "r1", amountAbove: "1000", requiredApprovers: 1, approverGroup: ["${approver}"])`;
  const pay = `initiateMultiSigTx(organizationId: "${org}", to: "${emma}", amount: "1000")`;
  await refused("NO_RULE_DEFINED", ada, "USER", activate);
  await refused("RULE_INVALID", ada, "USER", rule(emma));
  await refused("ORGANIZATION_NOT_ACTIVE", ada, "USER", pay);
  await settled();
  await done(ada, "USER", rule(ada));
  await refused("NOT_ALL_ENDORSED", ada, "USER", activate);
  await settled();
  await done(dayo, "USER", `endorseMembership(organizationId: "${org}")`);
  await refused("ALREADY_ACTED", dayo, "USER", `endorseMembership(organizationId: "${org}")`);
  await settled();
  await done(ada, "USER", activate);
  await refused("NO_RULE_APPLIES", ada, "USER", pay);
}

async function loans({ done, refused, settled }: Asker, { ada }: People): Promise<void> {
  const apply = (amount: bigint) => `applyForLoan(amount: "${amount}", collateralHash: "${hashOf("house")}")`;
  await refused("AMOUNT_OUT_OF_RANGE", ada, "USER", apply(1n));
  await refused("TRUST_TOO_LOW", ada, "USER", apply(100n * GX));
  await settled();
  await done(SUPER_ADMIN, "SUPER_ADMIN", `updateSystemParameter(parameterId: "loanMinTrust", value: 0)`);
  const [loan] = await done(ada, "USER", ...Array.from({ length: 5 }, () => apply(100n * GX)));
  await refused("LIMIT_EXCEEDED", ada, "USER", apply(100n * GX));
  await done(ADMIN, "ADMIN", `approveLoan(loanId: "${loan}")`);
  await refused("REPAYMENT_EXCEEDS_DEBT", ada, "USER", `repayLoan(loanId: "${loan}", amount: "${100n * GX + 1n}")`);
  await refused("NOT_DUE", ADMIN, "ADMIN", `markLoanDefaulted(loanId: "${loan}")`);
}

/** Returns the proposal and when its vote is closed by any clock, Unix seconds. */
async function proposal({ done, refused, settled }: Asker): Promise<readonly [string, number]> {
  const submit = `submitProposal(parameterId: "feeP2pLocalHighBps", newValue: 8, title: "A smaller fee")`;
  const [id = ""] = await done(ADMIN, "ADMIN", submit);
  await refused("VOTING_OPEN", ADMIN, "ADMIN", `executeProposal(proposalId: "${id}")`);
  await refused("DUPLICATE_PROPOSAL", ADMIN, "ADMIN", submit);
  await settled();
  return [id, Date.now() / 1_000 + VOTING_SECONDS + 1];
}

/** The pool holds 312 of the largest payments and a half. */
async function exhaustion({ done, refused, settled }: Asker, { emma }: People): Promise<void> {
  const payment = `disburseFromPool(pool: GX, to: "${emma}", amount: "${100_000_000n * GX}")`;
  const many = Array.from({ length: 78 }, () => payment);
  for (let round = 0; round < 4; round++) await done(SUPER_ADMIN, "SUPER_ADMIN", ...many);
  await refused("POOL_EXHAUSTED", SUPER_ADMIN, "SUPER_ADMIN", payment);
  await settled();
}

/** What no gateway of this version accepts stands in the log as one of another version would write it. */
async function otherVersions({ noted }: Asker, { redis, store }: World, { ada }: People): Promise<void> {
  const producer = openProducer({ url: redis.url, log: newLines("error").log, metrics: newMetrics() });
  const accept = openAcceptance({ database: store, wake: producer.wake, metrics: newMetrics() });
  const rows = [
    ["UNKNOWN_COMMAND", "tokenomics.burn", { amount: "5" }],
    ["ROLE_NOT_ALLOWED", "tokenomics.freezeWallet", { accountId: ada, reason: "COURT_ORDER" }],
    ["INVALID_INPUT", "tokenomics.transfer", { to: ada, amount: "5", remark: null, colour: "blue" }],
  ] as const;
  for (const [code, name, input] of rows) {
    const command = {
      ...{ name, operation: name, domain: "tokenomics", role: "gx_partner_api" },
      ...{ lanes: () => [], weight: () => 20 },
    };
    const [ticket] = await accept({
      ...{ command, actor: ADMIN, key: randomUUID(), content: input, inputs: [input], requestId: "another version" },
    });
    noted(code, ticket?.commandId ?? "", ADMIN, "ADMIN");
  }
  await producer.close();
}

async function pausing({ done, refused, settled }: Asker, { ada, bola }: People): Promise<void> {
  await done(SUPER_ADMIN, "SUPER_ADMIN", `pauseSystem(reason: "Maintenance")`);
  await refused("ALREADY_PAUSED", SUPER_ADMIN, "SUPER_ADMIN", `pauseSystem(reason: "Maintenance")`);
  await refused("PAUSED", ada, "USER", `transfer(to: "${bola}", amount: "5")`);
  await settled();
  await done(SUPER_ADMIN, "SUPER_ADMIN", "resumeSystem()");
  await refused("NOT_PAUSED", SUPER_ADMIN, "SUPER_ADMIN", "resumeSystem()");
}

/** Until the clock shows that many Unix seconds. */
const over = (seconds: number) => eventually(() => Date.now() / 1_000 > seconds, `${seconds} to be over`);

/** All codes, each met by a command. */
export async function provoke(graph: Graph, world: World): Promise<Refused[]> {
  const asker = newAsker(graph);
  await beforeBootstrap(asker);
  const id = await found(asker);
  const [vote, closedAt] = await proposal(asker);
  await Promise.all([exhaustion(asker, id), administration(asker, id), payments(asker, id), taxes(asker, id)]);
  await Promise.all([relations(asker, id), organization(asker, id), otherVersions(asker, world, id)]);
  await asker.settled();
  await loans(asker, id);
  await lateRecovery(asker, id);
  await over(closedAt);
  await asker.refused("VOTING_CLOSED", id.ada, "USER", `castVote(proposalId: "${vote}", support: true)`);
  await asker.settled();
  await pausing(asker, id);
  return asker.gathered();
}
