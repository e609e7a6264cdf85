// The page of the checks of operations, from the calls in the tests' sources and the results that a run has kept.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { askedChecks } from "./asked-checks.js";
import { code, page, table } from "./markdown.js";

/** Where a run keeps its results, when it is asked to: file of the test → what its checks came to. */
export const RESULTS = "docs/operations/checks.json";

export interface DeclaredCheck {
  readonly id: string;
  readonly level: string;
  /** As it is written; a part that differs from test to test in angle brackets: "the overlay <name> renders". */
  readonly sentence: string;
  readonly file: string;
}

export interface KeptFile {
  /** Day of the run. */
  readonly on: string;
  /** Title of the test → "passed", "failed" or "skipped". */
  readonly tests: Readonly<Record<string, string>>;
}
export type Kept = Readonly<Record<string, KeptFile>>;

const SENTENCE = /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/.source;
const CALL = new RegExp(
  `^[ ]*(?:check\\(|checkWith\\(\\s*(?:\\{[^]*?\\}|\\w+(?:\\([^()]*\\))?),)\\s*"(OPS-\\d+\\.\\d+)",\\s*"([A-Z])",\\s*(${SENTENCE}),`,
  "gmu",
);
/** Files that use check; others may speak of it. */
const USES = /^import \{[^}]*\bcheck(?:With)?\b[^}]*\} from "[^"]*checks\.js";$/mu;
const ANY_CALL = /^[ ]*check(?:With)?\(/gmu;

/** The checks that one file of tests declares; throws where a call does not say id, level and sentence in words. */
export function checksIn(file: string, source: string): readonly DeclaredCheck[] {
  const found = [...source.matchAll(CALL)].map(([, id = "", level = "", sentence = ""]) => ({
    ...{ id, level, file },
    sentence: sentence
      .slice(1, -1)
      .replaceAll(/\$\{([^}]*)\}/g, (_, inside: string) => `<${inside.split(/\W+/).filter(Boolean).at(-1) ?? "…"}>`)
      .replaceAll(/\\(.)/g, "$1"),
  }));
  const calls = source.match(ANY_CALL)?.length ?? 0;
  if (calls !== found.length)
    throw new Error(
      `${file}: ${calls} calls of check, of which ${found.length} say id, level and sentence in the call. Write them there in words: the page of the checks is printed from them.`,
    );
  return found;
}

/** Every check that the tests in `folder` of the repository `root` declare, by id, level and place. */
export function declaredChecks(root: string, folder = "test"): readonly DeclaredCheck[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".test.ts"),
  );
  const declared = files.toSorted().flatMap((name) => {
    const source = readFileSync(join(root, folder, name), "utf8");
    return USES.test(source) ? checksIn(`${folder}/${name}`, source) : [];
  });
  return declared.toSorted((a, b) => byNumber(a.id, b.id) || LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

const LEVELS = "UPKDLFM";
const numbers = (id: string) => id.replace("OPS-", "").split(".").map(Number);
function byNumber(a: string, b: string): number {
  const [[section = 0, place = 0], [otherSection = 0, otherPlace = 0]] = [numbers(a), numbers(b)];
  return section - otherSection || place - otherPlace;
}

export const keptResults = (root: string): Kept => {
  const file = join(root, RESULTS);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept) : {};
};

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** What the last kept run says of a check; of several tests of one sentence the worst counts. */
export function lastResult(check: DeclaredCheck, kept: Kept): string {
  const run = kept[check.file];
  if (!run) return "not kept yet";
  const sentence = check.sentence
    .split(/<[^>]*>/)
    .map(escaped)
    .join(".+");
  const title = new RegExp(
    String.raw`^(?:${escaped(check.id)} ${check.level}: ${sentence}|SKIPPED: ${escaped(check.id)} ${check.level}: (.+) \(${sentence}\))$`,
    "u",
  );
  const ended = Object.entries(run.tests).flatMap(([name, result]) => {
    const match = title.exec(name);
    return match ? [{ result, reason: match[1] }] : [];
  });
  const worst = ["failed", "skipped", "passed"].flatMap((one) => ended.filter(({ result }) => result === one))[0];
  if (!worst) return "not kept yet";
  return `${worst.result}, ${run.on}${worst.reason === undefined ? "" : `: ${worst.reason}`}`;
}

const MEANING: readonly (readonly [string, string])[] = [
  ["U", "jest alone, on manifests as `kubectl kustomize` renders them"],
  ["P", "Prometheus' and Alertmanager's own programs read the files: promtool, amtool"],
  ["K", "a real Kubernetes API server with etcd"],
  ["D", "real PostgreSQL and Redis"],
  ["L", "the development ledger"],
  ["F", "orderers and peers of Fabric itself"],
  ["M", "real Prometheus and Alertmanager watch the running system"],
];

/** "OPS-2.4 U" of all that is asked for and that no check declares. */
export function withoutCheck(checks: readonly DeclaredCheck[]): readonly string[] {
  const there = new Set(checks.map(({ id, level }) => `${id} ${level}`));
  const wanted = Object.entries(askedChecks).flatMap(([id, levels]) => [...levels].map((level) => `${id} ${level}`));
  return wanted.filter((one) => !there.has(one));
}

/** docs/operations/checks.md */
export function checksPage(checks: readonly DeclaredCheck[], kept: Kept): string {
  const levels = [...LEVELS].map((level) => {
    const there = checks.filter((one) => one.level === level);
    return [
      code(level),
      new Map(MEANING).get(level) ?? "",
      String(there.length),
      String(new Set(there.map(({ id }) => id)).size),
    ];
  });
  return page(
    "the tests that declare checks",
    "# Checks of operations",
    [
      "What is promised of the operation of this system, check by check. `npm run test:ops` runs levels U and P, which are part of",
      "`npm test`; `npm run test:ops:cluster` runs the others as far as the machine has their programs. A check whose program is",
      "absent is skipped under a title that names it. Results are kept here when a run is asked to: `GX_KEEP_CHECKS=on npm run test:ops`.",
    ],
    table(["level", "what runs", "checks", "ids"], levels),
    notChecked(withoutCheck(checks)),
    table(
      ["id", "level", "what holds", "last result", "test"],
      checks.map((one) => [
        one.id,
        one.level,
        sentenceOf(one),
        lastResult(one, kept),
        `[${one.file.split("/").at(-1) ?? ""}](../../${one.file})`,
      ]),
    ),
  );
}

const notChecked = (missing: readonly string[]): string =>
  missing.length === 0 ? "" : `Asked for, and not checked at that level: ${missing.join(", ")}.`;

const sentenceOf = ({ sentence }: DeclaredCheck) => sentence.replaceAll(/<[^>]*>/g, (part) => code(part));
