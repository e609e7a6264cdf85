// The result file: every row of the CSV file with what became of it.
import { renameSync, writeFileSync } from "node:fs";
import { inGx } from "./payments.mjs";

const HEADER = ["account", "amount", "remark", "status", "command", "block", "code", "message"];

/** Writes `<file>.result.csv`; how many rows were paid, and how many not. */
export function writeResults(file, payments, journal) {
  const rows = payments.map(({ row, to, amount, remark }) => {
    const { status = "OPEN", commandId, blockNumber, code, message } = journal.resultOf(row) ?? {};
    return [to, inGx(BigInt(amount)), remark, status, commandId, blockNumber, code, message];
  });
  const path = `${file}.result.csv`;
  writeFileSync(`${path}.new`, `${[HEADER, ...rows].map((row) => row.map(cell).join(",")).join("\n")}\n`);
  renameSync(`${path}.new`, path);
  const paid = rows.filter(([, , , status]) => status === "COMMITTED").length;
  return { paid, others: rows.length - paid };
}

/** A spreadsheet takes a cell that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value) {
  const text = String(value ?? "");
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
