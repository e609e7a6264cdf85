interface EndedTest {
  readonly status: string;
  readonly title?: string;
  readonly fullName: string;
  readonly ancestorTitles: readonly string[];
}
export function ledgerLines(tests: readonly EndedTest[]): string[];
export function skippedLines(tests: readonly EndedTest[]): string[];
