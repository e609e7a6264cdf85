// A command as the console asks for it: what it is, where on its way it stands, when each step was.
import type { Command } from "@gx/client";

export type Shown = Pick<
  Command,
  | ("id" | "name" | "status" | "signingRole" | "acceptedAt" | "submittedAt" | "committedAt")
  | ("error" | "attempts" | "blockNumber" | "txId" | "txIndex" | "batchIndex" | "events" | "incomplete")
> &
  Partial<Pick<Command, "actorId" | "input" | "lastError">>;

/** What the steps of its way follow from. */
export type OnItsWay = Pick<Shown, "status" | "acceptedAt" | "submittedAt" | "committedAt">;

export const STATUSES = ["ACCEPTED", "SUBMITTED", "COMMITTED", "REFUSED", "FAILED"] as const;

export const LIST_FIELDS =
  "id name status signingRole acceptedAt submittedAt committedAt error { code message category status }";
/** What only admins see is asked by admins alone: for others the answer would hold errors. */
export const fieldsFor = (admin: boolean): string =>
  `${LIST_FIELDS} attempts blockNumber txId txIndex batchIndex events incomplete${admin ? " actorId input lastError" : ""}`;

export const isOpen = ({ status }: Pick<Shown, "status">): boolean => status === "ACCEPTED" || status === "SUBMITTED";

export interface Step {
  readonly status: string;
  readonly sentence: string;
  /** ISO 8601; undefined while it has not come. */
  readonly at: string | undefined;
  /** What the time is, where it is not that of the step. */
  readonly of?: string;
  /** Milliseconds since the acceptance, where both are told by the same clock. */
  readonly after: number | undefined;
}

const sentences: Readonly<Record<string, string>> = {
  ACCEPTED: "Stored, flushed to disk: it will come to an end",
  SUBMITTED: "Signed, endorsed and sent to the orderer",
  COMMITTED: "On the ledger, and every query shows it",
  REFUSED: "The ledger says no, and has noted it",
  FAILED: "The system gave up; nothing is on the ledger",
};

/** The way of a command, the steps that are still to come included. */
export function stepsOf(command: OnItsWay): Step[] {
  const { status, acceptedAt, submittedAt, committedAt } = command;
  const end = status === "REFUSED" || status === "FAILED" ? status : "COMMITTED";
  const step = (of: string, at: string | null, after?: number): Step => ({
    ...{ status: of, sentence: sentences[of] ?? "", at: at ?? undefined, after },
  });
  return [
    step("ACCEPTED", acceptedAt),
    step("SUBMITTED", submittedAt, submittedAfter(command)),
    // A transaction carries the time when it was proposed, which is before it was sent to the orderer.
    { ...step(end, status === "FAILED" ? null : committedAt), of: "transaction of" },
  ];
}

/** Milliseconds from acceptance to the orderer. */
export function submittedAfter({ acceptedAt, submittedAt }: OnItsWay): number | undefined {
  return acceptedAt && submittedAt ? Math.max(0, Date.parse(submittedAt) - Date.parse(acceptedAt)) : undefined;
}
