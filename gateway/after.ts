// Read your writes: what `x-gx-after` asks for, with one absolute deadline for all subgraphs of a request.
// Never lets a header through that nobody understands: the caller would believe that it was obeyed.
import type { FastifyRequest } from "fastify";
import { AFTER_HEADER, type After } from "../platform/statement.js";
import type { Refusal } from "../platform/web.js";

const BLOCK = /^(0|[1-9]\d{0,14})$/;
const COMMAND = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const malformed: Refusal = {
  ...{ status: 400, code: "INVALID_INPUT", message: "A field of the input is missing, unknown or malformed." },
  details: {
    category: "BAD_USER_INPUT",
    fields: [{ path: AFTER_HEADER, message: "must be the id of a command or the number of a block" }],
  },
};

function targetOf(given: unknown): After["target"] | undefined {
  // Of several headers of this name one text is made, with commas: neither counts.
  if (typeof given !== "string") return undefined;
  if (BLOCK.test(given)) return Number(given);
  return COMMAND.test(given) ? given : undefined;
}

export interface AfterHeader {
  /** Why the request cannot be answered; undefined without the header and with a good one. */
  refusal(request: FastifyRequest): Refusal | undefined;
  given(request: FastifyRequest): After | undefined;
}

/** `waitMs`: how long a read waits at most. */
export function openAfter(waitMs: number): AfterHeader {
  return {
    refusal: ({ headers }) => {
      const given = headers[AFTER_HEADER];
      return given === undefined || targetOf(given) !== undefined ? undefined : malformed;
    },
    given: ({ headers }) => {
      const target = targetOf(headers[AFTER_HEADER]);
      return target === undefined ? undefined : { target, deadline: Date.now() + waitMs };
    },
  };
}
