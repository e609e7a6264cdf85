export const RUN_PREFIX: string;
export function noteServer(folder: string, name: string, server: { pid: number; signal: NodeJS.Signals }): void;
export function isAlive(pid: number): boolean;
export function endRun(folder: string): Promise<void>;
export function clearDeadRuns(): Promise<void>;
