// Asking the graph: again where nobody answers, and never shown less than this client has seen before.
import { GraphError } from "./errors.js";
import type { After } from "./options.js";
import { persist, type Patience } from "./persist.js";
import type { Post } from "./post.js";
import type { Reads } from "./reads.js";

export interface QueryPorts {
  readonly post: Post;
  readonly reads: Reads;
}

export interface Asking {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly after: After | undefined;
}

/** The data of the answer. @throws GraphError for any error in it; NoAnswerError. */
export async function query({ post, reads }: QueryPorts, asking: Asking, patience: Patience): Promise<unknown> {
  const { document, variables, after } = asking;
  // Nobody knows whether a mutation without an answer was carried out.
  const once = /\bmutation\b/.test(document);
  const { signal } = patience;
  const ask = async (target: After | undefined) => {
    const attempt = () => post({ document, variables, after: target }, signal);
    const answer = await persist(attempt, once ? { patienceMs: 0, signal } : patience);
    if (answer.faults.length > 0) throw new GraphError(answer.faults, answer.data);
    return answer;
  };
  const seen = reads.newest();
  const first = await ask(reads.target(after));
  // What reflects a command that ended long ago may be older than what was shown before.
  const older = typeof after === "string" && seen !== undefined && first.block !== undefined && first.block < seen;
  const { data, block } = older && !once ? await ask(seen) : first;
  reads.see(block);
  return data;
}
