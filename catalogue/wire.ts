// What travels between submitter, chaincode and projector (protocol.md 1.5): shapes, bounds, canonical JSON.
import * as z from "zod";
import { text } from "./kinds.js";

export const WIRE_VERSION = 1;
/** The chaincode's contract and its three functions. */
export const CONTRACT = "gx";
export const functions = { execute: "gx:execute", preview: "gx:preview", query: "gx:query" } as const;
/** Name of the one chaincode event of a transaction. */
export const EVENT_NAME = "gx";
/** Certificate attribute that names the signing role. */
export const ROLE_ATTRIBUTE = "gxc_role";
/** Bounds of one transaction: commands, bytes of argument. */
export const BATCH_MAX_COMMANDS = 100;
export const BATCH_MAX_BYTES = 800_000;
/** No function of the chaincode reads more keys of a range. */
export const RANGE_MAX_KEYS = 1_000;

const uuidText = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

/** One command of a batch; `input` is checked against the catalogue by the chaincode. Further members are ignored. */
export const wireCommand = z.object({
  id: uuidText,
  command: text(1, 60).zod,
  actor: uuidText,
  // z.record would drop a member named __proto__, and the catalogue must see every unknown field.
  input: z.custom<Record<string, unknown>>(isObject, { error: "must be an object" }),
});
export type WireCommand = z.infer<typeof wireCommand>;

export const wireBatch = z.object({
  version: z.literal(WIRE_VERSION),
  commands: z.array(wireCommand).min(1).max(BATCH_MAX_COMMANDS),
});
export type WireBatch = z.infer<typeof wireBatch>;

/** An event as it stands in a block, before it is decoded against the catalogue. */
export type WireEvent = Readonly<Record<string, unknown>>;

/** What became of one command. `events` is empty unless it was committed by this very transaction. */
export const wireOutcome = z.object({
  commandId: uuidText,
  command: z.string(),
  status: z.enum(["committed", "refused"]),
  code: z.string().optional(),
  message: z.string().optional(),
  repeatOf: z.string().optional(),
  events: z.array(z.record(z.string(), z.unknown())),
});
export type WireOutcome = z.infer<typeof wireOutcome>;

/** Payload of the chaincode event, and what `gx:preview` returns. */
export const wireOutcomes = z.object({ version: z.literal(WIRE_VERSION), outcomes: z.array(wireOutcome) });
export type WireOutcomes = z.infer<typeof wireOutcomes>;

export const wireQuery = z.object({
  version: z.literal(WIRE_VERSION),
  name: z.string(),
  args: z.record(z.string(), z.unknown()).default({}),
});
export type WireQuery = z.infer<typeof wireQuery>;

const wireShape = z.record(z.string(), z.string());
/** What `gx:query` answers to `catalogue`: what the chaincode knows, each field with the form of its values. */
export const wireCatalogue = z.object({
  /** Of the chaincode. */
  version: z.string(),
  commands: z.record(z.string(), z.object({ role: z.string(), input: wireShape, emits: z.array(z.string()) })),
  events: z.record(z.string(), wireShape),
});
export type WireCatalogue = z.infer<typeof wireCatalogue>;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON with sorted keys and no white space: the same value gives the same bytes everywhere. Undefined members are left out. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}
