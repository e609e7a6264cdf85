// One check of `gx verify`: what was compared and every difference found. Knows nothing of what is compared.

export interface Check {
  readonly name: string;
  /** Things compared so far. */
  compared: number;
  readonly differences: string[];
  /** Said beside an ok. */
  note: string;
}

export interface Report {
  readonly checks: Check[];
  /** The check of that name, made when it is new. */
  check(name: string): Check;
  /** Counts things that are compared. */
  compared(name: string, things?: number): void;
  /** Keeps a difference when the two are not the same text. */
  same(name: string, what: string, found: string | null | undefined, expected: string | null | undefined): void;
  fault(name: string, difference: string): void;
  ok(): boolean;
}

export function newReport(): Report {
  const checks: Check[] = [];
  const check = (name: string): Check => {
    const known = checks.find((one) => one.name === name);
    if (known) return known;
    const made: Check = { name, compared: 0, differences: [], note: "" };
    checks.push(made);
    return made;
  };
  const fault = (name: string, difference: string) => {
    check(name).differences.push(difference);
  };
  return {
    checks,
    check,
    compared: (name, things = 1) => void (check(name).compared += things),
    fault,
    same: (name, what, found, expected) => {
      if (found !== expected) fault(name, `${what} is ${shown(found)}, expected ${shown(expected)}`);
    },
    ok: () => checks.every(({ differences }) => differences.length === 0),
  };
}

const MOST = 80;
export function shown(value: string | null | undefined): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  return value.length > MOST ? `${value.slice(0, MOST)}…` : value;
}
