// The rows of the CSV file, every one checked: what breaks a rule is named by line and field before anything is sent.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

/** The file cannot be paid as it is; the message has a line for each fault. */
export class BadRows extends Error {
  name = "BadRows";
  status = 2;
}

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const ACCOUNT = new RegExp(`^(${UUID}|org_${UUID}|treasury_[A-Z]{2}|SYSTEM_[A-Z_]+)$`);
const AMOUNT = /^(0|[1-9]\d{0,12})(\.\d{1,6})?$/;
const CONTROL = /[\p{Cc}\p{Cf}]/u;
const QIRAT_PER_GX = 1_000_000n;

const rules = {
  account: {
    holds: (text) => ACCOUNT.test(text),
    says: "must be an account: a uuid in lower-case hex, org_<uuid>, treasury_<country code> or a SYSTEM_ name",
  },
  amount: {
    holds: (text) => AMOUNT.test(text) && inQirat(text) > 0n,
    says: "must be GX above 0 with at most 6 decimals, as 12.50",
  },
  remark: {
    holds: (text) => [...text].length <= 140 && !CONTROL.test(text),
    says: "must have at most 140 characters, none of them a control character",
  },
};
const COLUMNS = Object.keys(rules);

/** "12.5" to 12500000n. */
export function inQirat(gx) {
  const [whole, part = ""] = gx.split(".");
  return BigInt(whole) * QIRAT_PER_GX + BigInt(part.padEnd(6, "0"));
}

/** 12500000n to "12.5". */
export function inGx(qirat) {
  const part = String(qirat % QIRAT_PER_GX)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${qirat / QIRAT_PER_GX}${part ? `.${part}` : ""}`;
}

/** Rows with their number from 1, amounts in Qirat, and a digest of all of them. Throws BadRows. */
export function readPayments(file) {
  const text = readText(file);
  const rows = parseRows(file, text);
  const faults = rows.flatMap(({ record, line }) => faultsOf(record).map((fault) => `${file}:${line}: ${fault}`));
  if (faults.length > 0) throw new BadRows([...faults, "Nothing was sent."].join("\n"));
  if (rows.length === 0) throw new BadRows(`${file} holds no row`);
  const payments = rows.map(({ record, line }, index) => ({
    ...{
      row: index + 1,
      line,
      to: record.account,
      amount: String(inQirat(record.amount)),
      remark: record.remark ?? "",
    },
  }));
  const content = payments.map(({ to, amount, remark }) => [to, amount, remark]);
  return { payments, digest: createHash("sha256").update(JSON.stringify(content)).digest("hex") };
}

function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new BadRows(`${file} cannot be read: ${error.message}`);
  }
}

function parseRows(file, text) {
  const columns = (header) => {
    const missing = ["account", "amount"].filter((name) => !header.includes(name));
    const unknown = header.filter((name) => !COLUMNS.includes(name));
    if (missing.length > 0)
      throw new BadRows(`${file}:1: the first line must name the columns account, amount and remark`);
    if (unknown.length > 0)
      throw new BadRows(`${file}:1: there is no column ${unknown.join(", ")}; there are ${COLUMNS.join(", ")}`);
    return header;
  };
  try {
    return parse(text, { columns, bom: true, trim: true, skip_empty_lines: true, info: true }).map(
      ({ record, info }) => ({
        ...{ record, line: info.lines },
      }),
    );
  } catch (error) {
    throw error instanceof BadRows ? error : new BadRows(`${file}: ${error.message}`);
  }
}

const faultsOf = (record) =>
  Object.entries(rules).flatMap(([name, { holds, says }]) => (holds(record[name] ?? "") ? [] : [`${name}: ${says}`]));
