// docs/errors.md: the codes with which the ledger refuses, those of the gateway, and what becomes of commands without an outcome.
import { commands } from "../../catalogue/index.js";
import { refusals, type RefusalCode } from "../../catalogue/refusals.js";
import { httpStatuses } from "../../platform/web.js";
import { anchor, code, page, table, to } from "./markdown.js";
import { commonCodes } from "./who.js";

const opening = `# Errors

A request can fail at two places. **Before acceptance** the gateway or a subgraph answers with a GraphQL error: nothing was stored, the
idempotency key is unused. **After acceptance** the ledger may refuse the command: the ticket stands, and
[\`Command.error\`](graph.md#command) holds code, sentence, category and status. How both print, word for word:
[errors-as-printed.md](errors-as-printed.md).

- [Before acceptance](#before-acceptance)
- [Refusals of the ledger](#refusals-of-the-ledger)
- [Without an outcome](#without-an-outcome)`;

const before = `## Before acceptance

\`errors[].extensions.code\`, with the HTTP status of the answer where nothing else was answered. A field that the caller may not see is null
with UNAUTHENTICATED or FORBIDDEN, and the other fields are there.`;

const meanings: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: "There is no token, or it is not valid.",
  FORBIDDEN: "The token is good, and does not allow this.",
  INVALID_INPUT:
    "`extensions.fields` names every fault with its path and rule; `extensions.category` is BAD_USER_INPUT.",
  NOT_FOUND: "There is no such thing.",
  CONFLICT: "What was asked does not fit the state, which `extensions.state` names.",
  IDEMPOTENCY_CONFLICT: "The key was used before by the same caller, for another command or input.",
  BEHIND:
    "The read models did not reach the point asked for by `x-gx-after` in time; `extensions.distance` is what is missing in blocks.",
  UNAVAILABLE: "A part does not answer. The same request, with the same key, may be sent again.",
  READ_ONLY:
    "The gateway answers queries alone for now. The same mutation, with the same key, may be sent again later.",
};

/** Codes of the gateway alone, before a subgraph is asked. */
const ofTheGateway: readonly (readonly [string, number, string])[] = [
  ["GRAPHQL_PARSE_FAILED", 400, "The document is no GraphQL."],
  ["GRAPHQL_VALIDATION_FAILED", 400, "The document names a field or an argument that is not there."],
  ["BAD_REQUEST", 400, "The request cannot be read."],
  ["TOO_MANY_TOKENS", 400, "The document is too long; the message names the limit."],
  ["QUERY_TOO_DEEP", 400, "The operation is too deep; the message names the limit."],
  ["TOO_MANY_ALIASES", 400, "The operation repeats fields too often; the message names the limit."],
  ["TOO_MANY_MUTATIONS", 400, "The operation holds too many mutations; the message names the limit."],
  ["BODY_TOO_LARGE", 413, "The request is too large."],
  ["RATE_LIMITED", 429, "Too many requests of this caller in a short time; `retry-after` says when."],
  ["INTERNAL", 500, "A fault of ours, logged under `extensions.requestId`."],
];

const refused = `## Refusals of the ledger

A refusal is final for its command: the same key stands for it for ever. **Again**: "no" means that the same request will be refused again,
"later" that it may succeed under a new key. A refusal comes after the answer, so no HTTP response carries its status.`;

const without = `## Without an outcome

A command that the ledger neither committed nor refused is sent again under the same id, which cannot run twice: conflicts at once, outages
of peers, orderers or chaincode for as long as they last, other failures five times with growing pauses. Then it is \`FAILED\`: nothing was
written, an admin sees the reason in [\`Command.lastError\`](graph.md#command). Should a block hold its outcome all the same, that counts.`;

export function errorsPage(): string {
  const statuses = Object.entries(httpStatuses).map(([each, status]) => [each, status, meanings[each] ?? ""] as const);
  const early = [...statuses, ...ofTheGateway].map(([each, status, meaning]) => [code(each), String(status), meaning]);
  const codes = Object.keys(refusals) as RefusalCode[];
  return page(
    "catalogue/refusals.ts and platform/web.ts",
    opening,
    before,
    table(["code", "HTTP", "meaning"], early),
    refused,
    table(["code", "sentence", "category", "status", "again", "met by"], codes.map(refusalRow)),
    without,
  );
}

function refusalRow(each: RefusalCode): string[] {
  const { sentence, category, status, permanent } = refusals[each];
  const own = commands
    .filter((command) => command.refusals.includes(each))
    .map(({ mutation }) => to("commands", mutation));
  const common = commonCodes[each];
  const met = [...(common === undefined ? [] : [common]), ...own].join(", ");
  return [`${anchor(each)}${code(each)}`, sentence, category, String(status), permanent ? "no" : "later", met];
}
