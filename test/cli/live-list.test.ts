// Lists that are written over: what fits a line, and what a start shows on a real terminal.
import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fit } from "../../cli/live-list.js";
import { PORT_OFFSET } from "./gx.js";

describe("a line", () => {
  it("stays as it is when it fits", () => {
    expect(fit(["✔ ", ["green", "ready"]], 7)).toEqual(["✔ ", ["green", "ready"]]);
  });

  it("is cut where it is too long, and says so", () => {
    expect(fit(["· ", ["dim", "for postgres"], " and more"], 8)).toEqual(["· ", ["dim", "for p…"]]);
  });

  it("is one line, whatever a reason holds", () => {
    expect(fit([["red", "failed:\n  no disk"]], 80)).toEqual([["red", "failed: no disk"]]);
  });
});

/** A start without its database, on a terminal of 50 columns that `script` makes; what it wrote, and its exit status. */
async function startOnTerminal(env: Record<string, string>): Promise<{ output: string; status: number | null }> {
  const command = `stty cols 50 rows 30; ${process.execPath} --import tsx cli/index.ts up --only redis,projector`;
  const args =
    process.platform === "darwin" ? ["-q", "/dev/null", "sh", "-c", command] : ["-qec", command, "/dev/null"];
  const child = spawn("script", args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { output, status };
}

describe("a start on a terminal", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "gx-terminal-"));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const own = () => ({ GX_HOME: home, GX_PORT_OFFSET: PORT_OFFSET, GX_ENV: "", TERM: "xterm-256color" });

  it("writes its list over within the width, in colour, and ends with why a part did not start", async () => {
    const { output, status } = await startOnTerminal({ ...own(), NO_COLOR: "", FORCE_COLOR: "" });
    const lines = stripVTControlCharacters(output)
      .split(/\r?\n/)
      .map((line) => line.trimEnd());
    const rows = lines.filter((line) => /^\S (redis|read-models|projector) /.test(line));
    expect(status).toBe(1);
    expect(Math.max(...rows.map(({ length }) => length))).toBeLessThan(50);
    expect(rows).toContainEqual(expect.stringMatching(/^· projector +waiting +for read-models$/));
    expect(rows).toContainEqual(expect.stringMatching(/^✖ projector +failed .*…$/));
    expect(output).toContain("\u001b[32m✔\u001b[39m redis");
    expect(output).toContain(`(all of it: ${join(home, "logs", "projector.log")})`);
  }, 60_000);

  it("uses no colour where NO_COLOR is set", async () => {
    const { output } = await startOnTerminal({ ...own(), NO_COLOR: "1" });
    expect(output).toContain("✔ redis");
    expect(output).not.toContain("\u001b[32m");
  }, 60_000);
});
