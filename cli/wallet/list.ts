// gx wallet list: the rows of a wallet as lines or JSON, and the exit status that a timer acts on.
import type { Profile } from "../../platform/profile.js";
import { paint } from "../live-list.js";
import { rowsOf, type Row, type State } from "./rows.js";

/** Prints it; the exit status becomes 1 when something is faulty, has ended, or ends within 7 days. */
export function listWallet(profile: Profile, json: boolean): void {
  const rows = rowsOf(profile);
  if (json) console.log(JSON.stringify({ wallet: profile.wallet, rows }, undefined, 2));
  else for (const line of [profile.wallet, ...rows.flatMap(linesOf)]) console.log(line);
  const here = rows.some(({ kind, state }) => kind === "sign" && state !== "absent");
  const bad = rows.some(({ state }) => ["critical", "page", "expired", "faulty"].includes(state));
  process.exitCode = here && !bad ? 0 : 1;
}

const COLOURS: Readonly<Record<State, "green" | "yellow" | "red">> = {
  ...{ ok: "green", absent: "green", warning: "yellow" },
  ...{ critical: "red", page: "red", expired: "red", faulty: "red" },
};

const WIDTHS = { state: 10, role: 16, name: 18 };

function linesOf(row: Row): string[] {
  const { name, kind, role, mspId, state, fault } = row;
  const shown = kind === "sign" ? name : "TLS root";
  const told = [paint(COLOURS[state], state.padEnd(WIDTHS.state)), role.padEnd(WIDTHS.role), shown.padEnd(WIDTHS.name)];
  const below = [...detailsOf(row), ...(fault === "" ? [] : [fault])];
  return [[...told, mspId].join(" "), ...below.map((line) => `${" ".repeat(WIDTHS.state + 1)}${line}`)];
}

/** Nothing where the certificate cannot be read. */
function detailsOf({ kind, certificate, keyFits, mode }: Row): string[] {
  if (!certificate) return [];
  const { subject, issuer, from, to, daysLeft } = certificate;
  const lines = [`${subject}, by ${issuer}`, `${from.slice(0, 10)} to ${to.slice(0, 10)}, ${daysLeft} days left`];
  if (kind === "tls_root") return lines;
  return [...lines, `key ${keyFits ? "fits" : "does not fit"}, mode ${mode ?? "unknown"}`];
}
