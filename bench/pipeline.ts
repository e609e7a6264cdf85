// Committed transfers per second: our batches from a filled command log, against the SDK's sample way, on one ledger.
import { createPrivateKey, randomUUID } from "node:crypto";
import { Client, credentials } from "@grpc/grpc-js";
import { connect, hash, signers, type Contract } from "@hyperledger/fabric-gateway";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { signers as roles } from "../catalogue/roles.js";
import { WIRE_VERSION, functions } from "../catalogue/wire.js";
import { readProfile, type Profile } from "../platform/profile.js";
import { createUser, ended, inBursts, newPerson } from "./load.js";
import { newSystem, until, type System } from "./system.js";
import { median, type Report } from "./report.js";

const BLOCKS_MS = 200;
const ROUNDS = 5;
const PEOPLE = 50;
const FILLED = 1_500;
const PEER_SLICE_MS = 5_000;
/** The gate: batches must be this many times faster. */
const AT_LEAST = 20;

/** The way of the SDK's samples: its own signer, submitTransaction, wait for the commit, next. */
function sdkContract(profile: Profile): Contract {
  const peer = profile.peers[0];
  if (!peer) throw new Error("the profile names no peer");
  const { identity } = roles.gx_partner_api;
  const client = new Client(peer.address, credentials.createSsl(readFileSync(profile.tlsRoots)), {
    ...(peer.tlsHostname ? { "grpc.ssl_target_name_override": peer.tlsHostname } : {}),
  });
  const key = createPrivateKey(readFileSync(join(profile.wallet, `${identity}-key`)));
  const gateway = connect({
    client,
    identity: { mspId: profile.mspId, credentials: readFileSync(join(profile.wallet, `${identity}-cert`)) },
    signer: signers.newPrivateKeySigner(key),
    hash: hash.sha256,
  });
  return gateway.getNetwork(profile.channel).getContract(profile.chaincode);
}

/** Another person than number `i`: up to 45 places further on. */
const somebodyElse = (people: readonly string[], i: number, place = 0) =>
  people[(i + 1 + place + (i % 40)) % PEOPLE] as string;

async function sdkSlice(contract: Contract, people: readonly string[]): Promise<number> {
  const start = performance.now();
  let done = 0;
  for (; performance.now() - start < PEER_SLICE_MS; done++) {
    const input = { to: somebodyElse(people, done), amount: "1", remark: null };
    const command = { id: randomUUID(), command: "tokenomics.transfer", actor: people[done % PEOPLE] as string, input };
    await contract.submitTransaction(functions.execute, JSON.stringify({ version: WIRE_VERSION, commands: [command] }));
  }
  return done / ((performance.now() - start) / 1_000);
}

const FIVE = `mutation (${[0, 1, 2, 3, 4].map((i) => `$t${i}: ID!, $k${i}: String!`).join(", ")}) {
  ${[0, 1, 2, 3, 4].map((i) => `m${i}: transfer(to: $t${i}, amount: "1", idempotencyKey: $k${i}) { commandId }`).join("\n  ")}
}`;

/** Fills the command log through the gateway while nobody submits. */
async function fill(system: System, people: readonly string[], tokens: readonly string[]): Promise<void> {
  await inBursts(
    Array.from({ length: FILLED / 5 }, (_, i) => i),
    16,
    async (i) => {
      const arguments_ = [0, 1, 2, 3, 4].flatMap((place) => [
        [`t${place}`, somebodyElse(people, i, place)],
        [`k${place}`, randomUUID()],
      ]);
      const answer = await system.ask(FIVE, Object.fromEntries(arguments_), tokens[i % PEOPLE]);
      if (answer.errors.length > 0) throw new Error(`filling the log: ${JSON.stringify(answer.errors[0])}`);
    },
  );
}

async function committed(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ n: number }>(
    "select count(*)::int n from app.command where status in ('COMMITTED', 'REFUSED')",
  );
  return rows[0]?.n ?? 0;
}

async function batchSlice(
  system: System,
  database: pg.Client,
  people: readonly string[],
  tokens: readonly string[],
): Promise<number> {
  process.kill(system.pid("submitter"), "SIGSTOP");
  await fill(system, people, tokens);
  const before = await committed(database);
  const start = performance.now();
  process.kill(system.pid("submitter"), "SIGCONT");
  await until(`${FILLED} commands to commit`, async () => (await committed(database)) >= before + FILLED, 120_000, 25);
  return FILLED / ((performance.now() - start) / 1_000);
}

/** Runs the benchmark; each figure is commands per second. */
export async function pipeline(say: (line: string) => void): Promise<Report> {
  say(`starting a system with ${BLOCKS_MS} ms blocks …`);
  const system = await newSystem(1300, { LEDGER_BATCH_TIMEOUT_MS: String(BLOCKS_MS) });
  const database = new pg.Client({ connectionString: system.databaseUrl() });
  try {
    await database.connect();
    const people = Array.from({ length: PEOPLE }, newPerson);
    const [partner] = system.tokens("PARTNER_API");
    const tokens = system.tokens("USER", people);
    const created = await inBursts(people, 10, (userId) => createUser(system, partner as string, userId, "NG"));
    await ended(system, system.tokens("ADMIN")[0] as string, created);
    const contract = sdkContract(readProfile(join(system.home, "wallets", "profile.json")));
    const rates = { sdk: [] as number[], batches: [] as number[] };
    for (let round = 1; round <= ROUNDS; round++) {
      rates.sdk.push(await sdkSlice(contract, people));
      rates.batches.push(await batchSlice(system, database, people, tokens));
      say(
        `round ${round}: one at a time ${rates.sdk.at(-1)?.toFixed(1)}/s, batches ${rates.batches.at(-1)?.toFixed(1)}/s`,
      );
    }
    const ratio = median(rates.batches) / median(rates.sdk);
    return {
      name: "pipeline",
      sentence: `Committed transfers per second, ${PEOPLE} accounts, one ledger with ${BLOCKS_MS} ms blocks.`,
      rows: [
        { measure: "one at a time, SDK's sample way", values: rates.sdk, unit: "transfers/s" },
        { measure: "batches from a filled command log", values: rates.batches, unit: "transfers/s" },
      ],
      ratio: { measure: "batches / one at a time", value: ratio, atLeast: AT_LEAST },
    };
  } finally {
    await database.end().catch(() => undefined);
    await system.remove();
  }
}
