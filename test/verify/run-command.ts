// A command of `gx` run in this process against a ledger and a database: what it prints on stdout and how it ends.
import { Command } from "commander";

export interface Printed {
  readonly text: string;
  readonly status: typeof process.exitCode;
}

/** `register` adds the command to the program; `words` are its name and arguments. Changes environment and exit status. */
export async function runCommand(
  register: (program: Command) => void,
  { databaseUrl, profilePath }: { readonly databaseUrl: string; readonly profilePath: string },
  ...words: string[]
): Promise<Printed> {
  Object.assign(process.env, { GX_ENV: "development", DATABASE_URL: databaseUrl, FABRIC_PROFILE: profilePath });
  const lines: string[] = [];
  const print = console.log;
  console.log = (line: string) => void lines.push(line);
  try {
    const program = new Command().exitOverride();
    register(program);
    await program.parseAsync(words, { from: "user" });
    return { text: lines.join("\n"), status: process.exitCode };
  } finally {
    console.log = print;
  }
}
