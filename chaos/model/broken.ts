// Something does not hold: what, and every difference that was found.

export class Broken extends Error {
  override readonly name = "Broken";
  /** Name of the check; two faults of one name are taken for one. */
  readonly check: string;
  readonly differences: readonly string[];

  constructor(check: string, differences: readonly string[]) {
    super(`${check}: ${differences.slice(0, 3).join("; ")}`);
    this.check = check;
    this.differences = differences;
  }
}
