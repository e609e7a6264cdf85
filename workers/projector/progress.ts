// How far the projector is: heights, lag, leadership; read by metrics, health and the status row. Holds no connection.

export interface Progress {
  /** Number of the last projected block; -1 before block 0, undefined before the checkpoint was read. */
  projected: number | undefined;
  /** Number of blocks of the chain when the peer was asked last. */
  height: number | undefined;
  /** When the peer answered last, Unix milliseconds. */
  heardAt: number;
  leader: boolean;
  /** The leader reads blocks: not starting, not waiting after a failure. */
  following: boolean;
  /** Own time of the oldest block that was received and is not projected, Unix milliseconds. */
  pendingSince: number | undefined;
  /** When the chain was first seen ahead of the rows, Unix milliseconds: no block that is missing is older by much. */
  behindSince: number | undefined;
  /** A block that was missing when the peer was asked for it, with its own time in Unix milliseconds. */
  missing: { readonly block: number; readonly timeMs: number } | undefined;
  /** Text of the last failure, until something worked again. */
  failure: string | undefined;
  /** Why the peer did not tell its height when it was asked last; undefined when it did. */
  silence: string | undefined;
}

export const newProgress = (): Progress => ({
  ...{ projected: undefined, height: undefined, heardAt: 0, leader: false, following: false },
  ...{ pendingSince: undefined, behindSince: undefined, missing: undefined, failure: undefined, silence: undefined },
});

/** Blocks of the chain that are not projected. */
export const lagBlocks = ({ projected, height }: Progress): number =>
  projected === undefined || height === undefined ? 0 : Math.max(0, height - 1 - projected);

/** Number of the oldest block of the chain that is not projected; undefined when there is none. */
export const oldestMissing = (progress: Progress): number | undefined =>
  progress.projected !== undefined && lagBlocks(progress) > 0 ? progress.projected + 1 : undefined;

/** Age of the oldest unprojected block in milliseconds; 0 when there is none, also on an idle chain. */
export function lagMs(progress: Progress, now = Date.now()): number {
  const since = progress.pendingSince ?? timeOfMissing(progress) ?? progress.behindSince;
  return since === undefined ? 0 : Math.max(0, Math.round(now - since));
}

function timeOfMissing(progress: Progress): number | undefined {
  const { missing } = progress;
  return missing !== undefined && missing.block === oldestMissing(progress) ? missing.timeMs : undefined;
}

/** Notes the chain's height as the peer tells it. */
export function heard(progress: Progress, height: number, now = Date.now()): void {
  progress.height = height;
  progress.heardAt = now;
  progress.silence = undefined;
  progress.behindSince = lagBlocks(progress) > 0 ? (progress.behindSince ?? now) : undefined;
}

/** Notes that blocks up to `block` are rows now; `timeMs` is that block's own time. */
export function arrived(progress: Progress, block: number, timeMs = Date.now()): void {
  progress.pendingSince = undefined;
  progress.failure = undefined;
  followed(progress, block, timeMs);
}

/** Notes how far the rows are, whoever wrote them. */
export function followed(progress: Progress, block: number, timeMs = Date.now()): void {
  if (block === progress.projected) return;
  progress.projected = block;
  // What is still missing is younger than what is there.
  progress.behindSince = lagBlocks(progress) > 0 ? timeMs : undefined;
}
