// What one intent decides, by its seed alone. Objects are chosen by their ids, not by their places: one object more or less
// changes no other choice, so a sequence keeps its meaning when something is left out of it.

export interface Draw {
  /** The intent tries what it may not. */
  readonly odd: boolean;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A whole number, 0 <= n < below. */
  below(below: number): number;
  /** A whole number, least <= n <= most. */
  between(least: number, most: number): number;
  /** One of the values. */
  one<const T>(...values: readonly [T, ...T[]]): T;
  /** One of the objects, undefined where there is none. */
  pick<T>(items: readonly T[], idOf: (item: T) => string): T | undefined;
  /** Up to `count` of the objects, in no order that means something. */
  some<T>(items: readonly T[], count: number, idOf: (item: T) => string): T[];
  uuid(): string;
  /** 64 hex digits. */
  hash(): string;
  /** Decides by a seed of its own, for a second try; as odd as this one. */
  again(attempt: number): Draw;
}

const ODD = 0.18;

export function newDraw(seed: number, odd = mixed(`${seed} odd`) / 2 ** 32 < ODD): Draw {
  let drawn = 0;
  const word = (salt: string) => mixed(`${seed} ${(drawn += 1)} ${salt}`);
  const below = (bound: number) => Math.floor((word("") / 2 ** 32) * bound);
  const ranked = <T>(items: readonly T[], idOf: (item: T) => string) => {
    drawn += 1;
    return items
      .map((item) => [mixed(`${seed} ${drawn} ${idOf(item)}`), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  };
  const hex = (digits: number): string => {
    let text = "";
    while (text.length < digits) text += word("hex").toString(16).padStart(8, "0");
    return text.slice(0, digits);
  };
  return {
    odd,
    chance: (probability) => word("") / 2 ** 32 < probability,
    below,
    between: (least, most) => least + below(most - least + 1),
    one: (...values) => values[below(values.length)] ?? values[0],
    pick: (items, idOf) => ranked(items, idOf)[0],
    some: (items, count, idOf) => ranked(items, idOf).slice(0, count),
    uuid: () => `${hex(8)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`,
    hash: () => hex(64),
    again: (attempt) => newDraw(mixed(`${seed} again ${attempt}`), odd),
  };
}

/** 32 bits that look random: FNV-1a, stirred as Murmur ends. */
function mixed(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
