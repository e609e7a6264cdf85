// Prints .env.example and docs/configuration.md from the schema of settings; with --check only compares them.
// Run by hand after a change of platform/settings.ts: node dist/cli/print-config.js
import { defaultOf, notesOf, settings, type SettingName } from "../platform/settings.js";
import { keep } from "./printed.js";

const names = Object.keys(settings.shape) as SettingName[];

function shownDefault(name: SettingName): string {
  return notesOf(name).shownDefault ?? defaultOf(name) ?? "none";
}

function example(): string {
  const lines = names.flatMap((name) => [
    "",
    `# ${notesOf(name).description}`,
    `# ${notesOf(name).rule}; default: ${shownDefault(name)}`,
    `#${name}=${defaultOf(name) ?? ""}`,
  ]);
  const opening =
    "# Printed from platform/settings.ts by cli/print-config.ts. Copy to .env and uncomment what differs.";
  return `${[opening, ...lines].join("\n")}\n`;
}

function neededBy(name: SettingName): string {
  return notesOf(name).neededBy?.join(", ") ?? "";
}

function page(): string {
  const rows = names.map((name) => {
    const { description, rule, secret } = notesOf(name);
    const sentence = secret ? `${description} Secret.` : description;
    return `| \`${name}\` | ${sentence} | ${rule} | ${shownDefault(name)} | ${neededBy(name)} |`;
  });
  return `${[
    "<!-- Printed from platform/settings.ts by cli/print-config.ts. -->",
    "# Configuration",
    "",
    "Every process reads its settings from the environment, all at once, and prints all faults together. A file `.env`",
    "beside `package.json` is read first; the environment wins. An empty variable counts as unset.",
    "",
    "`npm start` needs none of them. Outside development (`GX_ENV` testnet or mainnet) the settings of the last column",
    "have no default: the process named there does not start without them.",
    "",
    "A secret setting `X` may be given as a file named by `X_FILE`; outside development it must be, and the file must not",
    "be open to others. In development, embedded servers leave their addresses in `GX_HOME/keys`.",
    "",
    "| setting | what it is | rule | default | needed by |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n")}\n`;
}

keep({ ".env.example": example(), "docs/configuration.md": page() }, "node dist/cli/print-config.js");
