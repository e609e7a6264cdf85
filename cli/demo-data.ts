// The people and payments of the demo scenario (protocol.md 19, steps 5 to 8) by ordinary mutations, so that a ledger shows
// something at once. Their keys never change: what was done is not done again, what was cut short goes on.
import { GX } from "../catalogue/economy.js";
import { catalogue } from "../catalogue/index.js";
import type { TokenRole } from "../catalogue/roles.js";
import { assumeDevelopment, environment, readConfig, type Config } from "../platform/config.js";
import { demoPeople, developmentIdentities } from "../platform/development-identities.js";
import { developmentToken } from "../platform/devkeys.js";
import { GxError } from "../platform/errors.js";
import { coinsOf } from "./demo/coins.js";
import { personOf, residents, type Name, type Resident } from "./demo/people.js";
import { ask, carryOut, type Graph, type Task } from "./graph.js";
import type { SetUp } from "./setup.js";

const payments: readonly { from: Name; to: Name; coins: bigint; refusedWith?: string }[] = [
  { from: "Emma", to: "Ada", coins: 200n },
  { from: "Ada", to: "Bola", coins: 50n },
  { from: "Finn", to: "Ada", coins: 1n, refusedWith: "INSUFFICIENT_FUNDS" },
];

/** @throws GxError UNEXPECTED when a step ends otherwise than in the scenario, or whatever the gateway refuses. */
export async function fillDemo({ gateway, home, say }: SetUp): Promise<void> {
  assumeDevelopment();
  const config = readConfig(environment({ GX_HOME: home }));
  const as = (role: TokenRole, sub: string) => graphAs(config, gateway, role, sub);
  const partner = await as("PARTNER_API", developmentIdentities.PARTNER_API);
  for (const resident of residents) {
    const before = await carryOut(partner, created(resident));
    if (!before) say(`Demo: created ${resident.name}, ${resident.nationality}, ${resident.ageYears} years old`);
  }
  for (const payment of payments) {
    const before = await carryOut(await as("USER", demoPeople[payment.from]), paid(payment));
    if (!before) say(`Demo: ${told(payment)}`);
  }
  for (const line of await whoIsWho(await as("ADMIN", developmentIdentities.ADMIN))) say(line);
}

async function graphAs(config: Config, url: string, role: TokenRole, sub: string): Promise<Graph> {
  return { url, token: await developmentToken(config, { sub, roles: [role], ttlSeconds: 3_600 }) };
}

function created(resident: Resident): Task {
  const key = `demo-create-${resident.name}`;
  return { command: catalogue.identity.commands.createUser, input: personOf(resident), key };
}

function paid({ from, to, coins, refusedWith }: (typeof payments)[number]): Task {
  const input = { to: demoPeople[to], amount: String(coins * GX) };
  const task = { command: catalogue.tokenomics.commands.transfer, input, key: `demo-pay-${from}-${to}` };
  return refusedWith === undefined ? task : { ...task, refusedWith };
}

function told({ from, to, coins, refusedWith }: (typeof payments)[number]): string {
  return `${from} pays ${to} ${coins} GX${refusedWith === undefined ? "" : `: refused, ${refusedWith}`}`;
}

async function whoIsWho(admin: Graph): Promise<string[]> {
  const asked = residents.map(({ name }) => `${name}: wallet(id: "${demoPeople[name]}") { balance }`);
  const wallets = await ask<Partial<Record<Name, { balance: string } | null>>>(admin, `{ ${asked.join(" ")} }`, {});
  const rows = residents.map(({ name, nationality }) => {
    const balance = wallets[name]?.balance;
    if (balance === undefined) throw new GxError("UNEXPECTED", `the wallet of ${name} is not there`);
    return `  ${name.padEnd(5)} ${nationality}  ${coinsOf(BigInt(balance)).padStart(10)} GX  ${demoPeople[name]}`;
  });
  return ["Demo: who is who", ...rows, `Speak as one of them: npm run gx -- token --role USER --sub ${demoPeople.Ada}`];
}
