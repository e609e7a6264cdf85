// Equal reads at one time are made once. Never gives a caller what was read before he asked:
// who comes while a read is under way waits for the next one, and shares that.

export interface Sharing<T> {
  /** `read` of the last one who came begins after all who get its answer have asked. */
  share(key: string, read: () => Promise<T>): Promise<T>;
}

/** Nobody waits longer than this for a read of others before his own begins. */
const PATIENCE_MS = 25;

interface Waiting<T> {
  read: () => Promise<T>;
  readonly answer: Promise<T>;
  begin(): void;
}

export function newSharing<T>(): Sharing<T> {
  const waiting = new Map<string, Waiting<T>>();
  /** How many reads of a key are under way. */
  const busy = new Map<string, number>();

  const run = (key: string, read: () => Promise<T>): Promise<T> => {
    busy.set(key, (busy.get(key) ?? 0) + 1);
    const ended = () => {
      const left = (busy.get(key) ?? 1) - 1;
      if (left > 0) busy.set(key, left);
      else busy.delete(key);
      waiting.get(key)?.begin();
    };
    const answer = read();
    answer.then(ended, ended);
    return answer;
  };

  const wait = (key: string, read: () => Promise<T>): Waiting<T> => {
    let begin: () => void = () => undefined;
    const answer = new Promise<T>((resolve) => {
      begin = () => {
        clearTimeout(patience);
        waiting.delete(key);
        resolve(run(key, next.read));
      };
    });
    const patience = setTimeout(begin, PATIENCE_MS);
    const next: Waiting<T> = { read, answer, begin };
    waiting.set(key, next);
    return next;
  };

  return {
    share: (key, read) => {
      if (!busy.has(key)) return run(key, read);
      const next = waiting.get(key);
      if (!next) return wait(key, read).answer;
      next.read = read;
      return next.answer;
    },
  };
}
