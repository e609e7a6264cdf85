// What a test arms to make the ledger behave as a bad network does. An option of startLedger and nothing else: no setting
// and no call of a client reaches it.

/** What can be disturbed; deliver = the opening of a block stream. */
export type Stage = "evaluate" | "endorse" | "submit" | "commitStatus" | "deliver";

/** Milliseconds, or until this resolves. */
export type Delay = number | Promise<unknown>;

export interface CallFault {
  /** Passes before the call is carried out. It is carried out even when its caller has left meanwhile. */
  delay?: Delay;
  /** Answered instead of carrying the call out: gRPC code and text, and the texts of peers as ErrorDetail. */
  refuse?: { code: number; text: string; details?: readonly string[] };
}

export interface SubmitFault extends CallFault {
  /** The envelope is taken, but the client hears UNAVAILABLE, or nothing until it leaves. */
  acknowledgement?: "unavailable" | "none";
  /** The client hears OK, but the envelope is never ordered. */
  lose?: true;
  /** Orders the envelope once more: 0 = directly behind itself, else after this time, whatever the client heard. */
  again?: Delay;
  /** Orders, directly before the envelope, another one signed by the peer whose transaction is these bytes. */
  garbage?: Uint8Array;
}

export interface FaultOf {
  evaluate: CallFault;
  endorse: CallFault;
  submit: SubmitFault;
  commitStatus: CallFault;
  deliver: CallFault;
}

/** The test's side. */
export interface Arming {
  /** Queues a fault for the next `times` calls of a stage behind those queued before; Infinity = until cleared. */
  next<S extends Stage>(stage: S, fault: FaultOf[S], times?: number): void;
  /** Calls of a stage that met a fault so far. */
  met(stage: Stage): number;
  /** Streams and qscc queries that begin from now on see no block from this number on; undefined = all blocks. */
  serveHeight(height: number | undefined): void;
  /** Streams and qscc queries that begin from now on see another block 0 and the hashes that follow from it. */
  serveAnotherChain(on: boolean): void;
  /** Ends the open block streams with UNAVAILABLE. */
  cutStreams(): void;
  /** Takes back everything that is armed; calls under way go on with what they met. */
  clear(): void;
}

/** The ledger's side. */
export interface Armed {
  take<S extends Stage>(stage: S): FaultOf[S] | undefined;
  /** Infinity = not lowered. */
  height(): number;
  isAnotherChain(): boolean;
  /** Aborted when the streams that are open now are to end. */
  cut(): AbortSignal;
  /** Called when the height served changes; returns how to stop listening. */
  onHeight(listener: () => void): () => void;
}

export type Faults = Arming & Armed;

interface Queued<F> {
  fault: F;
  left: number;
}

type Queues = { [S in Stage]: Queued<FaultOf[S]>[] };

const noFaults = (): Queues => ({ evaluate: [], endorse: [], submit: [], commitStatus: [], deliver: [] });

/** A table with nothing armed. It may outlive the ledger that it is given to. */
export function newFaults(): Faults {
  const { clear: clearCalls, ...calls } = callFaults();
  const { clear: clearView, ...view } = viewFaults();
  let cutting = new AbortController();
  return {
    ...calls,
    ...view,
    cutStreams: () => {
      cutting.abort();
      cutting = new AbortController();
    },
    cut: () => cutting.signal,
    clear: () => {
      clearCalls();
      clearView();
    },
  };
}

function callFaults(): Pick<Faults, "next" | "met" | "take" | "clear"> {
  let queues = noFaults();
  const met = { evaluate: 0, endorse: 0, submit: 0, commitStatus: 0, deliver: 0 };
  return {
    next: (stage, fault, times = 1) => void queues[stage].push({ fault, left: times }),
    met: (stage) => met[stage],
    clear: () => void (queues = noFaults()),
    take: (stage) => {
      const [first] = queues[stage];
      if (!first) return undefined;
      met[stage] += 1;
      first.left -= 1;
      if (first.left <= 0) queues[stage].shift();
      return first.fault;
    },
  };
}

type View = Pick<Faults, "serveHeight" | "height" | "onHeight" | "serveAnotherChain" | "isAnotherChain" | "clear">;

function viewFaults(): View {
  const listeners = new Set<() => void>();
  let height = Infinity;
  let another = false;
  const serveHeight = (to = Infinity): void => {
    height = to;
    for (const listener of listeners) listener();
  };
  return {
    serveHeight,
    height: () => height,
    onHeight: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    serveAnotherChain: (on) => void (another = on),
    isAnotherChain: () => another,
    clear: () => {
      another = false;
      serveHeight();
    },
  };
}
