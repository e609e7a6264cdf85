// Pays everybody in a CSV file, each once, however often it is interrupted: node examples/pay/pay.mjs people.csv
// Nothing is sent before every row is sound, and no row without a key that stands in the journal.
import { parseArgs } from "node:util";
import { openJournal } from "./journal.mjs";
import { inGx, readPayments } from "./payments.mjs";
import { showProgress } from "./progress.mjs";
import { writeResults } from "./results.mjs";

const HELP = `Usage: node examples/pay/pay.mjs <people.csv> [options]

Pays everybody in a CSV file with the columns account, amount (in GX) and remark (may be empty).
Interrupt it whenever you like: the same command goes on where it was, and pays nobody twice.

Options:
  --url <address>     the gateway (default: http://127.0.0.1:4000/graphql, or GX_URL)
  --token <token>     whose account pays; better in the environment as GX_TOKEN
  --journal <file>    what was paid already (default: <people.csv>.journal); another one is another run, which pays anew
  --width <n>         payments under way at a time, 1 to 64 (default: 32)
  --help              this text

Exit status: 0 everybody is paid, 1 somebody is not (see the result file), 2 wrong usage or a bad row, 130 interrupted.
`;
const USAGE = 2;

/** What the user can put right: a sentence, and the exit status that goes with it. */
class Stop extends Error {
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

function settings() {
  const options = {
    ...{ url: { type: "string" }, token: { type: "string" }, journal: { type: "string" } },
    ...{ width: { type: "string" }, help: { type: "boolean" } },
  };
  let parsed;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new Stop(`${error.message}\nSee: node examples/pay/pay.mjs --help`, USAGE);
  }
  const { values, positionals } = parsed;
  if (values.help) return { help: true };
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new Stop(HELP, USAGE);
  const width = Number(values.width ?? 32);
  if (!Number.isInteger(width) || width < 1 || width > 64)
    throw new Stop(`--width: ${values.width} is not 1 to 64`, USAGE);
  const token = values.token ?? process.env.GX_TOKEN;
  if (!token)
    throw new Stop(
      "no token: set GX_TOKEN or give --token (in development: npx gx token --role USER --sub <uuid>)",
      USAGE,
    );
  const url = values.url ?? process.env.GX_URL ?? "http://127.0.0.1:4000/graphql";
  return { file, width, token, url, journal: values.journal ?? `${file}.journal` };
}

/** The compiled client is there once the repository is built. */
async function loadClient() {
  try {
    return await import("@gx/client");
  } catch (error) {
    if (error.code === "ERR_MODULE_NOT_FOUND") throw new Stop("@gx/client is not built yet: npm ci && npm run build");
    throw error;
  }
}

/** Who pays, and what is there. */
async function payerOf(client, url) {
  const { me } = await client.query("{ me { id wallet { balance } } }", {}, { patienceMs: 3_000 }).catch((error) => {
    if (error.code !== "NO_ANSWER") throw error;
    throw new Stop(`${error.message}\nIs the system running (npm start)? Another address: --url or GX_URL, now ${url}`);
  });
  if (!me) throw new Stop("the token's subject is no user of the ledger, and has no account to pay from");
  return me;
}

/** Pays one row: what became of it. A token that is not good stops everything. */
async function pay(client, journal, { row, to, amount, remark }, signal) {
  const input = { to, amount, ...(remark ? { remark } : {}) };
  const sent = await client.send("transfer", input, { key: journal.keyOf(row), signal });
  if (!sent.accepted) {
    const { code, message, fields } = sent.error;
    if (["UNAUTHENTICATED", "FORBIDDEN"].includes(code))
      throw new Stop(`${code}: ${message} Run it again with a good token.`);
    return {
      row,
      status: "REJECTED",
      code,
      message: fields.map((each) => `${each.path} ${each.message}`).join("; ") || message,
    };
  }
  const outcome = await client.follow(sent, { signal });
  const { commandId, status, blockNumber, error } = outcome;
  return { row, status, commandId, blockNumber, code: error?.code, message: error?.message };
}

/** At most `width` rows at a time, in the order of the file. */
async function payAll(client, journal, open, { width, signal, progress }) {
  const rows = open.values();
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const lane = async () => {
    for (const payment of rows) {
      stop.throwIfAborted();
      const result = await pay(client, journal, payment, stop);
      journal.note(result);
      progress.step();
    }
  };
  const lanes = Array.from({ length: width }, () =>
    lane().catch((error) => {
      failed.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(lanes);
  stop.throwIfAborted();
}

async function run({ file, width, token, url, journal: path }, signal) {
  const { payments, digest } = readPayments(file);
  const { connect } = await loadClient();
  const client = connect({ url, token, patienceMs: 60_000 });
  try {
    const payer = await payerOf(client, url);
    const journal = openJournal(path, { payer: payer.id, url, digest });
    const open = payments.filter(({ row }) => !journal.isDone(row));
    tell(payments, open, payer);
    const progress = showProgress(payments.length, payments.length - open.length);
    try {
      await payAll(client, journal, open, { width, signal, progress });
    } finally {
      progress.stop();
      journal.close();
    }
    return writeResults(file, payments, journal);
  } finally {
    client.close();
  }
}

function tell(payments, open, payer) {
  const sum = inGx(open.reduce((total, { amount }) => total + BigInt(amount), 0n));
  const before = payments.length - open.length;
  if (before > 0) console.log(`Going on: ${before} of ${payments.length} rows are done.`);
  const twice = payments.length - new Set(payments.map(({ to }) => to)).size;
  if (twice > 0) console.log(`${twice} of ${payments.length} rows pay an account that another row pays too.`);
  console.log(
    `Paying ${open.length} rows, ${sum} GX and fees, from ${payer.id}, which holds ${inGx(BigInt(payer.wallet?.balance ?? 0))} GX.`,
  );
}

async function main() {
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort(new Stop("Interrupted. The same command goes on from here.", 130)));
  try {
    const given = settings();
    if (given.help) return console.log(HELP);
    const { paid, others } = await run(given, interrupted.signal);
    process.exitCode = others === 0 ? 0 : 1;
    return console.log(`${paid} paid, ${others} not. Every row with its command and block: ${given.file}.result.csv`);
  } catch (error) {
    console.error(error.status || error.code ? error.message : error);
    process.exitCode = error.status ?? (error.name === "BadRows" ? USAGE : 1);
  }
}

await main();
