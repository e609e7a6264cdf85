// The moments between what a process writes or sends and what it does next, by name: where a crash would hurt most.
// Does nothing by itself: a module that was loaded before the program may listen. No setting and no caller reaches it.

export type When = "before" | "after";
/** Told of each passing, for example "database accept before". */
export type BoundaryHook = (point: string) => void;

/** Where the hook is looked for, once, when the program is loaded. */
export const BOUNDARY_HOOK = "gx.boundary";

const hook = (globalThis as Record<symbol, BoundaryHook | undefined>)[Symbol.for(BOUNDARY_HOOK)];

/** Passes a boundary of `kind` (what is outside) and `name` (what is written or sent). */
export function boundary(kind: string, name: string, when: When): void {
  hook?.(`${kind} ${name} ${when}`);
}

/** Does `work` between its two boundaries; the second is passed only when it succeeds. */
export async function between<T>(kind: string, name: string, work: () => Promise<T>): Promise<T> {
  boundary(kind, name, "before");
  const result = await work();
  boundary(kind, name, "after");
  return result;
}
