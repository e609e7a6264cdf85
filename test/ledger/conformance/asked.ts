// What a check of the conformance suite is handed: a network, known by its profile alone, and how to ask it.
import type { Transaction } from "@hyperledger/fabric-gateway";
import type { Profile } from "../../../platform/profile.js";
import type { Identity } from "../../../platform/wallet.js";
import { code } from "../chain-reader.js";
import { connectAs, failure, type Connection, type Sign } from "../client.js";

/** What not every network can be asked for, and why it is passed over there. */
export const powers = {
  restart: "nobody can restart it from here",
  authority: "its certificate authority is not at hand",
  supervision: "nobody starts its chaincode again",
  organizations: "one organization",
  twice: "every proposal runs once",
} as const;
export type Power = keyof typeof powers;

export interface NetworkUnderTest {
  profile: Profile;
  /** gxc_role gx_admin, gxc_role gx_partner_api, no gxc_role. */
  admin: Identity;
  partner: Identity;
  reader: Identity;
  /** Proposals that are more than 15 minutes off are refused, as by peers of Fabric 3; undefined = nobody knows. */
  hasTimeWindow: boolean | undefined;
  /** Power restart: ends and starts the whole network on the same data and addresses. */
  restart?: () => Promise<void>;
  /** Power authority: a certificate of the profile's own organization. `days` may be negative: expired. */
  issue?: (request: { commonName: string; unit: string; days?: number }) => Promise<Identity>;
}

export interface Asked extends NetworkUnderTest {
  connection: Connection;
  /** A key, or a prefix of keys, of this run alone. */
  key(name: string): string;
  /** Another connection, closed when the check ends. */
  as(identity: Pick<Identity, "mspId" | "certificate" | "key">, sign?: Sign): Connection;
  endorsed(name: string, ...args: string[]): Promise<Transaction>;
  /** Submits and waits for the code in the block. */
  statusOf(transaction: Transaction): Promise<number>;
  /** Endorses, submits and waits; gives the answer. @throws unless it is VALID */
  submit(name: string, ...args: string[]): Promise<string>;
}

export interface Check {
  /** Stable: documents and reports name it. */
  id: string;
  name: string;
  needs?: Power;
  /** What it gives is what this network did where networks differ. */
  ask: (asked: Asked) => Promise<string | void>;
}

/** A run of checks on one network, over one connection of the admin. */
export function newAsked(network: NetworkUnderTest): Asked & { close(): void; closeOthers(): void } {
  const run = Date.now().toString(36);
  const connection = connectAs(network.profile, network.admin);
  const others: Connection[] = [];
  const endorsed = (name: string, ...args: string[]): Promise<Transaction> =>
    agreed(() => connection.contract.newProposal(name, { arguments: args }).endorse());
  const statusOf = async (transaction: Transaction): Promise<number> =>
    (await (await transaction.submit()).getStatus()).code;
  return {
    ...network,
    ...{ connection, endorsed, statusOf },
    key: (name) => `${run}-${name}`,
    as: (identity, sign) => {
      const other = connectAs(network.profile, identity, sign);
      others.push(other);
      return other;
    },
    submit: async (name, ...args) => {
      const transaction = await endorsed(name, ...args);
      const status = await statusOf(transaction);
      if (status !== code.VALID) throw new Error(`${name} ended with code ${status}`);
      return Buffer.from(transaction.getResult()).toString();
    },
    closeOthers: () => others.splice(0).forEach((other) => other.close()),
    close: () => connection.close(),
  };
}

const TRIES = 10;

/** Peers of two organizations may stand one block apart for a moment, and differ: that is for the client to try again. */
async function agreed(endorse: () => Promise<Transaction>): Promise<Transaction> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await endorse();
    } catch (cause) {
      const { details } = await failure(Promise.reject(cause));
      const isApart = details.some(({ message }) => message.includes("ProposalResponsePayloads do not match"));
      if (!isApart || tries === TRIES) throw cause;
    }
  }
}
