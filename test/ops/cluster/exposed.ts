// What a process says at /metrics, read as Prometheus reads it.

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly type: string;
  readonly series: readonly Series[];
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Families by name; series of a histogram (_bucket, _sum, _count) are in its family. */
export function familiesIn(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, { type: string; series: Series[] }>();
  for (const line of text.split("\n")) {
    const [, declared, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (declared !== undefined && type !== undefined) families.set(declared, { type, series: [] });
    const [, name, labels = "", value] = line.startsWith("#") ? [] : (LINE.exec(line) ?? []);
    if (name === undefined) continue;
    const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ""));
    if (!family) throw new Error(`no type is told for ${name}`);
    family.series.push({ name, labels: labelsIn(labels), value: Number(value) });
  }
  return families;
}

const labelsIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );

/** Text of a process's metrics. */
export async function scraped(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  if (response.status !== 200) throw new Error(`port ${port} answered ${response.status}`);
  return response.text();
}
