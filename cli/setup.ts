// What a newcomer's ledger needs: bootstrap with quick votes, the development admin, the 234 countries. By ordinary mutations.
// Their keys never change, so a set-up that was cut short goes on where it ended.
import { assumeDevelopment, environment, readConfig } from "../platform/config.js";
import { developmentIdentities } from "../platform/development-identities.js";
import { developmentToken } from "../platform/devkeys.js";
import { beginLedger } from "./begin-ledger.js";

export interface SetUp {
  /** Address of /graphql. */
  readonly gateway: string;
  /** GX_HOME, where the development key is. */
  readonly home: string;
  readonly say: (line: string) => void;
}

/** Overrides of the demo (protocol.md 19): votes and taxes that a person can wait for. */
export const demoOverrides = [
  { id: "quorumVotes", value: 3 },
  { id: "voterMinTrust", value: 20 },
  { id: "votingPeriodSeconds", value: 5 },
  { id: "velocityTaxPeriodSeconds", value: 10 },
];

/** @throws GxError UNEXPECTED when the ledger refuses, or whatever the gateway refuses. */
export async function setUp({ gateway, home, say }: SetUp): Promise<void> {
  assumeDevelopment();
  const config = readConfig(environment({ GX_HOME: home }));
  const claims = { sub: developmentIdentities.SUPER_ADMIN, roles: ["SUPER_ADMIN"], ttlSeconds: 3_600 };
  const graph = { url: gateway, token: await developmentToken(config, claims) };
  const keys = { system: "set-up-bootstrap", countries: "set-up-countries" };
  const beginning = { profile: "devnet", admins: [developmentIdentities.ADMIN], parameters: demoOverrides };
  await beginLedger(graph, beginning, { keys, say });
}
