interface EndedCheck {
  readonly status: string;
  readonly title?: string;
}
export function opsLines(tests: readonly EndedCheck[]): string[];
export function keepChecks(
  files: readonly { readonly testFilePath: string; readonly testResults: readonly EndedCheck[] }[],
  path?: string,
): void;
