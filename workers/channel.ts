// What the chaincode on the channel knows, against what this process was built with: asked at start and again and again.
// Never guesses: a chaincode that does not tell its catalogue is named, and nothing is held back for it.
import { compare, type Compatibility } from "../catalogue/compatibility.js";
import { describeCatalogue } from "../catalogue/description.js";
import { functions, wireCatalogue, WIRE_VERSION, type WireQuery } from "../catalogue/wire.js";
import { EvaluateError, type Fabric } from "../platform/fabric.js";
import type { Logger } from "../platform/log.js";
import { pause } from "../platform/pause.js";

/** What the submitter asks before a command travels. */
export interface Channel {
  /** Changes with what is held back. */
  readonly version: number;
  /** How many commands of the catalogue are held back. */
  readonly held: number;
  /** Why the channel cannot execute the command yet; undefined: it can, or is not known to lack it. */
  heldBack(command: string): string | undefined;
  /** The chaincode seems to be another one: it is asked at once. */
  hurry(): void;
}

export interface Catalogue extends Channel {
  /** Asks once. @throws EvaluateError when no peer answers */
  ask(): Promise<void>;
  /** Asks every few seconds until the signal aborts, and at once after `hurry`; keeps what it knows through outages. */
  keepAsking(signal: AbortSignal): Promise<void>;
  /** The chaincode on the channel and what differs, in one line; undefined before the first answer. */
  summary(): string | undefined;
}

export interface Asking {
  /** Who asks; taken anew each time. Needs no role. */
  fabric: () => Pick<Fabric, "evaluate">;
  log: Logger;
  /** Milliseconds between two questions, and before an answer that changed is asked for again. */
  every?: { askMs: number; againMs: number };
}

/** What one answer said. */
interface Answer extends Compatibility {
  /** Version of the chaincode; undefined where it does not tell. */
  readonly chaincode: string | undefined;
}

const QUESTION = JSON.stringify({ version: WIRE_VERSION, name: "catalogue", args: {} } satisfies WireQuery);
const usual = { askMs: 5_000, againMs: 500 };
const NAMED = 5;
const OURS = describeCatalogue("");
const UNKNOWN: Answer = { chaincode: undefined, differences: [], heldBack: new Map() };

export function openCatalogue({ fabric, log, every = usual }: Asking): Catalogue {
  let [latest, before]: (Answer | undefined)[] = [undefined, undefined];
  let version = 0;
  let hurrying = new AbortController();
  const isSettled = () => latest !== undefined && before !== undefined && sameHeld(latest, before);
  const ask = async () => {
    const answer = await answerOf(fabric());
    if (latest === undefined || textOf(answer) !== textOf(latest)) tell(log, answer);
    // Peers learn of a new definition one after the other: what the answer before said still holds for a while.
    [before, latest] = [latest ?? answer, answer];
    version += 1;
  };
  return {
    get version() {
      return version;
    },
    get held() {
      return new Set([...(latest?.heldBack.keys() ?? []), ...(before?.heldBack.keys() ?? [])]).size;
    },
    heldBack: (command) => latest?.heldBack.get(command) ?? before?.heldBack.get(command),
    ask,
    keepAsking: async (signal) => {
      while (!signal.aborted) {
        if (hurrying.signal.aborted) hurrying = new AbortController();
        await ask().catch((error: unknown) => {
          if (!signal.aborted && !(error instanceof EvaluateError)) throw error;
          log.debug({ error }, "Catalogue not answered");
        });
        await pause(isSettled() ? every.askMs : every.againMs, hurrying.signal, signal);
      }
    },
    hurry: () => hurrying.abort(),
    summary: () => latest && summaryOf(latest),
  };
}

const textOf = ({ chaincode, differences }: Answer): string => [chaincode ?? "", ...differences].join("\n");

const sameHeld = (a: Answer, b: Answer): boolean => JSON.stringify([...a.heldBack]) === JSON.stringify([...b.heldBack]);

async function answerOf(fabric: Pick<Fabric, "evaluate">): Promise<Answer> {
  const told = await fabric.evaluate(functions.query, QUESTION).catch((error: unknown) => {
    if (error instanceof EvaluateError && error.text.includes("QUERY_INVALID")) return undefined;
    throw error;
  });
  const { data } = wireCatalogue.safeParse(told && JSON.parse(told.toString("utf8")));
  return data ? { chaincode: data.version, ...compare(OURS, data) } : UNKNOWN;
}

function tell(log: Logger, answer: Answer): void {
  const { chaincode, differences, heldBack } = answer;
  if (chaincode === undefined) {
    log.warn("The chaincode on the channel does not tell its catalogue, nothing is held back");
  } else if (differences.length === 0) {
    log.info({ chaincode }, "The catalogue is the channel's");
  } else {
    log.warn({ chaincode, differences, heldBack: [...heldBack.keys()] }, "The catalogue differs from the channel's");
  }
}

function summaryOf({ chaincode, differences, heldBack }: Answer): string {
  if (chaincode === undefined) return "an older one, catalogue unknown";
  if (differences.length === 0) return chaincode;
  const held = [...heldBack].map(([name, reason]) => `${name} (${reason})`);
  return [chaincode, ...(held.length > 0 ? [`holds back ${first(held)}`] : []), `differs: ${first(differences)}`].join(
    "; ",
  );
}

const first = (texts: readonly string[]): string =>
  [...texts.slice(0, NAMED), ...(texts.length > NAMED ? [`and ${texts.length - NAMED} more`] : [])].join(", ");
