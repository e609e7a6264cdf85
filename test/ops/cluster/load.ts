// Load from callers who know several gateways and ask those that are ready in turn, as an ingress does for them.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { person } from "../../submitter/world.js";
import type { Replicas } from "./replicas.js";

export interface Load {
  readonly requests: () => number;
  readonly failed: readonly string[];
  /** Commands that were accepted. */
  readonly tickets: readonly string[];
  stop(): Promise<void>;
}

const CALLERS = 4;
const CREATE = `mutation ($userId: UUID!, $biometricHash: String!, $nationality: CountryCode!, $ageYears: Int!, $key: String!) {
  createUser(userId: $userId, biometricHash: $biometricHash, nationality: $nationality, ageYears: $ageYears, idempotencyKey: $key) { commandId }
}`;
const READ = "{ systemStatus { countries } }";

export function beginLoad(replicas: Pick<Replicas, "all">, token: string): Load {
  const agent = new Agent({ keepAlive: true });
  const [failed, tickets]: [string[], string[]] = [[], []];
  let [requests, turn, stopped] = [0, 0, false];
  const askOnce = async (write: boolean) => {
    const ready = replicas.all("gateway").filter((replica) => replica.isReady());
    const port = ready[turn++ % Math.max(1, ready.length)]?.port;
    requests += 1;
    if (port === undefined) return void failed.push("no gateway is ready");
    const asking = write ? { query: CREATE, variables: { ...person(), key: randomUUID() } } : { query: READ };
    const { status, text } = await post(agent, port, token, JSON.stringify(asking));
    const answer = JSON.parse(text) as { data?: { createUser?: { commandId: string } }; errors?: unknown };
    if (status !== 200 || answer.errors) failed.push(`${status} ${text}`);
    else if (answer.data?.createUser) tickets.push(answer.data.createUser.commandId);
  };
  const caller = async () => {
    for (let count = 0; !stopped; count++)
      await askOnce(count % 3 === 0).catch((error: unknown) => void failed.push(String(error)));
  };
  const callers = Array.from({ length: CALLERS }, caller);
  return {
    ...{ failed, tickets },
    requests: () => requests,
    stop: async () => {
      stopped = true;
      await Promise.all(callers);
      agent.destroy();
    },
  };
}

async function post(
  agent: Agent,
  port: number,
  token: string,
  body: string,
): Promise<{ status: number; text: string }> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const asking = request({ host: "127.0.0.1", port, path: "/graphql", method: "POST", agent, headers });
  asking.end(body);
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, text };
}
