// A Dockerfile as the stages and steps that we use: FROM, WORKDIR, COPY, RUN, and what the last stage says of its processes.
// Never guesses: an instruction or a flag that is not carried out here is refused, so that the dry run leaves nothing out.
import {
  DockerfileParser,
  type Copy,
  type From,
  type Instruction,
  type JSONInstruction,
  type PropertyInstruction,
} from "dockerfile-ast";
import { GxError } from "../platform/errors.js";

export type Step =
  | { readonly kind: "copy"; readonly from: string | undefined; readonly sources: string[]; readonly target: string }
  | { readonly kind: "run"; readonly command: string }
  | { readonly kind: "workdir"; readonly folder: string };

export interface Stage {
  readonly name: string;
  /** Image, tag and digest as written. */
  readonly base: string;
  readonly steps: Step[];
  readonly environment: Record<string, string>;
  readonly labels: Record<string, string>;
  readonly user: string | undefined;
  readonly ports: number[];
  readonly entrypoint: string[];
}

type Said = { -readonly [field in keyof Stage]: Stage[field] };

/** The last one is the image. @throws GxError DOCKERFILE naming the line that the dry run cannot carry out. */
export function stagesOf(text: string): Stage[] {
  const stages: Said[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword();
    if (keyword === "FROM") stages.push(begun(instruction as From));
    else told(stages.at(-1), instruction, keyword);
  }
  if (stages.length === 0) throw new GxError("DOCKERFILE", "it has no FROM");
  return stages;
}

const begun = (from: From): Said => ({
  name: from.getBuildStage() ?? "",
  base: from.getImage() ?? "",
  ...{ steps: [], environment: {}, labels: {}, user: undefined, ports: [], entrypoint: [] },
});

type Teller = (stage: Said, instruction: Instruction) => void;

const tellers: Readonly<Record<string, Teller>> = {
  COPY: (stage, instruction) => stage.steps.push(copied(instruction as Copy)),
  RUN: (stage, instruction) =>
    stage.steps.push({ kind: "run", command: refuseFlags(instruction).getArgumentsContent() ?? "" }),
  WORKDIR: (stage, instruction) => stage.steps.push({ kind: "workdir", folder: wordsOf(instruction)[0] ?? "/" }),
  ENV: (stage, instruction) => void Object.assign(stage.environment, pairsOf(instruction)),
  LABEL: (stage, instruction) => void Object.assign(stage.labels, pairsOf(instruction)),
  USER: (stage, instruction) => void (stage.user = wordsOf(instruction)[0]),
  EXPOSE: (stage, instruction) => stage.ports.push(...wordsOf(instruction).map(Number)),
  ENTRYPOINT: (stage, instruction) =>
    void (stage.entrypoint = (instruction as JSONInstruction)
      .getJSONStrings()
      .map((text) => String(JSON.parse(text.getValue())))),
};

function told(stage: Said | undefined, instruction: Instruction, keyword: string): void {
  const teller = tellers[keyword];
  if (!stage || !teller) throw refused(instruction, `${keyword} is not carried out`);
  teller(stage, instruction);
}

function copied(copy: Copy): Step {
  const flags = copy.getFlags().filter((flag) => flag.getName() !== "from");
  if (flags.length > 0) throw refused(copy, `COPY --${flags[0]?.getName()} is not carried out`);
  const words = wordsOf(copy);
  const [sources, target] = [words.slice(0, -1), words.at(-1) ?? ""];
  if (sources.some((path) => /[*?[]/.test(path))) throw refused(copy, "a pattern in COPY is not carried out");
  return { kind: "copy", from: copy.getFromFlag()?.getValue() ?? undefined, sources, target };
}

/** A flag of RUN (a mount, a network) would be a part of the step that nobody carries out. */
function refuseFlags(run: Instruction): Instruction {
  const flags = (run as JSONInstruction).getFlags();
  if (flags.length > 0 || wordsOf(run)[0]?.startsWith("[")) throw refused(run, "RUN takes one line of shell here");
  return run;
}

const wordsOf = (instruction: Instruction): string[] =>
  instruction.getArguments().map((argument) => argument.getValue());

const pairsOf = (instruction: Instruction): Record<string, string> =>
  Object.fromEntries(
    (instruction as PropertyInstruction).getProperties().map((pair) => {
      const value = pair.getUnescapedValue();
      if (value === null) throw refused(instruction, "NAME=value is what is read here");
      return [pair.getName(), value];
    }),
  );

const refused = (instruction: Instruction, why: string): GxError =>
  new GxError("DOCKERFILE", `line ${instruction.getRange().start.line + 1}: ${why}: ${instruction.toString()}`);
