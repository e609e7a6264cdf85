// What the chaincode's suites say: given a state, when commands run, then these outcomes.
import { randomUUID } from "node:crypto";
import { commandOf } from "../../catalogue/index.js";
import type { SigningRole } from "../../catalogue/roles.js";
import { canonical, functions, type WireEvent, type WireOutcome, type WireOutcomes } from "../../catalogue/wire.js";
import { startPeer, type Connected, type Simulated, type TestPeer } from "../../chaos/model/peer.js";
import { newSigners, type Signer, type Signers } from "../../chaos/model/signers.js";

export const SUPER_ADMIN = "00000000-0000-7000-8000-000000000001";
export const ADMIN = "00000000-0000-7000-8000-000000000002";
export const PARTNER = "00000000-0000-7000-8000-000000000003";

export interface Ask {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** A new id where none is given. */
  readonly id?: string;
  readonly actor?: string;
}

export interface Ran {
  readonly txId: string;
  readonly outcomes: readonly WireOutcome[];
  readonly simulated: Simulated;
}

export interface TestLedger {
  readonly peer: TestPeer;
  readonly signers: Signers;
  /** Unix seconds of the next transaction. */
  now: number;
  /** Puts objects straight into the state, by key. */
  given(objects: Readonly<Record<string, unknown>>): void;
  /** Submits a batch signed by the role of its first command, and returns the outcomes of its event. */
  run(...asks: Ask[]): Promise<Ran>;
  runAs(signer: SigningRole, ...asks: Ask[]): Promise<Ran>;
  call(name: string, argument: unknown, signer: Signer): Promise<Simulated>;
  query(name: string, args?: object): Promise<unknown>;
  /** The object under a key, undefined where there is none. */
  at<T>(key: string): T | undefined;
  close(): Promise<void>;
}

export async function startLedger(connect: () => Promise<Connected>): Promise<TestLedger> {
  const signers = await newSigners();
  const peer = await startPeer(await connect());
  const call = (name: string, argument: unknown, signer: Signer) =>
    peer.simulate({ name, args: [textOf(argument)], signer, at: self.now });
  const runAs = async (role: SigningRole, ...asks: Ask[]): Promise<Ran> => {
    const call = { name: functions.execute, args: [textOf(batchOf(asks))], signer: signers[role], at: self.now };
    const simulated = await peer.submit(call);
    if (simulated.status !== 200) throw new Error(simulated.message);
    const { outcomes } = JSON.parse(simulated.event?.payload ?? "") as WireOutcomes;
    return { txId: simulated.txId, outcomes, simulated };
  };
  const self: TestLedger = {
    ...{ peer, signers, now: 1_800_000_000, call, runAs },
    given: (objects) => {
      for (const [key, value] of Object.entries(objects)) peer.state.set(key, canonical(value));
    },
    run: (...asks) => runAs(commandOf(asks[0]?.command ?? "")?.role ?? "gx_partner_api", ...asks),
    query: async (name, args = {}) => {
      const found = await call(functions.query, { version: 1, name, args }, signers.reader);
      if (found.status !== 200) throw new Error(found.message);
      return JSON.parse(found.payload) as unknown;
    },
    at: <T>(key: string) => {
      const text = peer.state.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    close: () => peer.close(),
  };
  return self;
}

const textOf = (argument: unknown) => (typeof argument === "string" ? argument : JSON.stringify(argument));

export const batchOf = (asks: readonly Ask[]) => ({
  version: 1,
  commands: asks.map(({ id = randomUUID(), actor = PARTNER, command, input }) => ({ id, command, actor, input })),
});

// ---------------------------------------------------------------- commands

export const bootstrap = (input: object = {}): Ask => ({
  ...{ command: "admin.bootstrapSystem", actor: SUPER_ADMIN },
  input: { profile: "devnet", admins: [ADMIN], ...input },
});
export const countries = (...rows: [code: string, share: string][]): Ask => ({
  ...{ command: "admin.initializeCountryData", actor: SUPER_ADMIN },
  input: { countries: rows.map(([code, share]) => ({ code, name: `Land ${code}`, region: null, share })) },
});
export const pause = (reason = "Maintenance"): Ask => ({
  ...{ command: "admin.pauseSystem", actor: SUPER_ADMIN, input: { reason } },
});
export const resume: Ask = { command: "admin.resumeSystem", actor: SUPER_ADMIN, input: {} };
export const activateTreasury = (countryCode: string, actor = ADMIN): Ask => ({
  ...{ command: "admin.activateTreasury", actor },
  input: { countryCode },
});
export const createUser = (userId: string, nationality: string, input: object = {}): Ask => ({
  command: "identity.createUser",
  input: { userId, biometricHash: randomHash(), nationality, ageYears: 30, ...input },
});
export const transfer = (from: string, to: string, amount: string | bigint, more: object = {}): Ask => ({
  ...{ command: "tokenomics.transfer", actor: from },
  input: { to, amount: String(amount), ...more },
});

export const distributeGenesis = (userId: string, ageYears: number, actor = ADMIN): Ask => ({
  ...{ command: "tokenomics.distributeGenesis", actor },
  input: { userId, ageYears },
});

export const foldDeltas = (accountId: string, txIds: readonly string[], actor = ADMIN): Ask => ({
  ...{ command: "admin.foldDeltas", actor },
  input: { accountId, txIds },
});

/** A command of the daily administration. */
export const asAdmin = (command: string, input: Ask["input"], actor = ADMIN): Ask => ({ command, actor, input });
export const asSuperAdmin = (command: string, input: Ask["input"]): Ask => asAdmin(command, input, SUPER_ADMIN);

export const randomHash = () => `${randomUUID()}${randomUUID()}`.replaceAll("-", "");

/** Bootstraps, and adds countries with the shares of protocol.md 18.2. */
export async function foundSystem(ledger: TestLedger): Promise<void> {
  await ledger.run(bootstrap());
  await ledger.run(countries(["NG", "0.03384748"], ["US", "0.03194263"], ["VA", "0.00000007"], ["ZZ", "0.00000001"]));
}

export const named = (outcome: WireOutcome | undefined, name: string): WireEvent[] =>
  (outcome?.events ?? []).filter((event) => event["name"] === name);
/** `committed`, or the code of the refusal. */
export const verdict = (outcome: WireOutcome | undefined) => outcome?.code ?? outcome?.status;
/** Sum of the weights that the catalogue gives to commands with a valid input. */
export const weightOf = (asks: readonly Ask[]): number =>
  asks.reduce((sum, { command, input }) => sum + (commandOf(command)?.weight(input) ?? 0), 0);
/** Keys read, keys written and events emitted by a transaction. */
export const loadOf = ({ simulated, outcomes }: Ran): number =>
  simulated.reads.length + simulated.writes.size + outcomes.reduce((sum, { events }) => sum + events.length, 0);
