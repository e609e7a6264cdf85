// What a process says of its own readiness, asked over HTTP.
import { get } from "node:http";

export interface ReadyBody {
  status?: string;
  checks?: { name: string; ok: boolean; detail: string }[];
  /** What the process tells of itself. */
  [fact: string]: unknown;
}

/** Asks /readyz once. Undefined when it answers 200, else what is missing. */
export async function missingOf(port: number): Promise<string | undefined> {
  const answer = await readyz(port);
  if (answer === undefined) return "does not answer yet";
  if (answer.ok) return undefined;
  const missing = answer.body.checks?.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`) ?? [];
  return missing.length > 0 ? missing.join("; ") : (answer.body.status ?? "not ready");
}

/** The answer of /readyz; undefined when nobody answers. */
export async function readyz(port: number): Promise<{ ok: boolean; body: ReadyBody } | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: "/readyz", timeout: 2_000, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve({ ok: response.statusCode === 200, body: parsed(text) }));
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
  });
}

function parsed(text: string): ReadyBody {
  try {
    return JSON.parse(text) as ReadyBody;
  } catch {
    return {};
  }
}
