// What the Dockerfiles promise: pinned bases, no root, nothing secret, nothing fetched by the way, and steps that the dry run carries
// out one by one. That the processes start from these files is shown in test/ops/cluster.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { validate } from "dockerfile-utils";
import { judge } from "../../cli/manifests/judge.js";
import { build } from "../../images/build.js";
import { stagesOf } from "../../images/dockerfile.js";
import { ignoredBy } from "../../images/ignored.js";
import { check } from "./checks.js";
import { folderOf, render } from "./manifests.js";

const images = ["gx", "gx-chaincode"];
const textOf = (name: string) => readFileSync(join("images", name, "Dockerfile"), "utf8");
const ignored = ignoredBy(readFileSync(".dockerignore", "utf8"));

for (const name of images) {
  const stages = stagesOf(textOf(name));
  const image = stages.at(-1);

  check("OPS-11.4", "U", `the Dockerfile of ${name} has no fault that a linter finds`, () => {
    expect(validate(textOf(name))).toEqual([]);
  });

  check("OPS-11.4", "U", `every stage of ${name} stands on one base, pinned by version and digest`, () => {
    const bases = new Set(stages.map(({ base }) => base));
    expect([...bases]).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-[a-z]+-slim@sha256:[0-9a-f]{64}$/)]);
    expect(stagesOf(textOf("gx"))[0]?.base).toBe([...bases][0]);
  });

  check("OPS-2.3", "U", `${name} runs as user 10001 without a shell and gives its user no file`, () => {
    expect(image?.user).toBe("10001:10001");
    expect(image?.entrypoint[0]).toBe("node");
    expect(textOf(name)).not.toMatch(/--chown|chmod|setuid/);
  });

  check("OPS-11.4", "U", `${name} installs by npm ci without any install script and fetches nothing else`, () => {
    const commands = stages.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === "run" ? [step.command] : [])),
    );
    expect(commands.filter((line) => !/^npm ci .*--ignore-scripts$|^node [a-z/]+\.mjs( [a-z]+)*$/.test(line))).toEqual(
      [],
    );
    expect(textOf(name)).not.toMatch(/^(ADD|ARG)\b/m);
  });

  check("OPS-11.4", "U", `${name} has no setting and nothing secret in it`, () => {
    expect(image?.environment).toEqual({ NODE_ENV: "production" });
    expect(textOf(name)).not.toMatch(/password|secret=|token=|_KEY\b|BEGIN /i);
  });

  check("OPS-11.4", "U", `what ${name} takes from the repository is none of what was built or installed there`, () => {
    const sources = stages.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === "copy" && step.from === undefined ? step.sources : [])),
    );
    expect(sources.filter((path) => /^(dist|generated|node_modules|\.gx|\.env|docs|test)(\/|$)/.test(path))).toEqual(
      [],
    );
    expect(sources.filter(ignored)).toEqual([]);
  });
}

check(
  "OPS-11.4",
  "U",
  "the image gx is built from every floor of the sources and has the schema of every domain",
  () => {
    const { include } = JSON.parse(readFileSync("tsconfig.json", "utf8")) as { include: string[] };
    const copied = stagesOf(textOf("gx")).flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === "copy" ? step.sources : [])),
    );
    expect(include.filter((floor) => floor !== "generated" && !copied.includes(floor))).toEqual([]);
    const schemas = readdirSync("subgraphs", { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && readdirSync(join("subgraphs", entry.name)).includes("schema.graphql"))
      .map(({ name }) => `subgraphs/${name}/schema.graphql`);
    expect(schemas.length).toBe(7);
    expect(schemas.filter((path) => !copied.includes(path))).toEqual([]);
  },
);

check("OPS-11.4", "U", "keys, settings of a developer and build output stay out of what a build is sent", () => {
  const [out, within] = [
    [
      ".env",
      ".gx/keys/jwt.json",
      "dist/cli/index.js",
      "client/dist/index.js",
      "examples/pay/node_modules/x",
      "a/b.pem",
      "w/reader-key",
    ],
    [
      "cli/gx.mjs",
      "client/src/index.ts",
      "images/prune.mjs",
      "package-lock.json",
      ".npmrc",
      "environment.ts",
      "distant",
    ],
  ];
  expect(out.filter((path) => !ignored(path))).toEqual([]);
  expect(within.filter(ignored)).toEqual([]);
});

check(
  "OPS-2.2",
  "U",
  "image-preload keeps one idle container of each image on every node, by the overlay's digests",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "gx-overlay-"));
    const to = (path: string) => relative(realpathSync(folder), resolve(path));
    const components = ["k8s/components/image-preload", "k8s/release"].map((path) => `"${to(path)}"`);
    const text = `namespace: backend-mainnet\nresources: ["${to(folderOf("mainnet"))}"]\ncomponents: [${components.join()}]\n`;
    writeFileSync(join(folder, "kustomization.yaml"), text);
    const objects = render(folder);
    const daemon = objects.find(({ kind }) => kind === "DaemonSet");
    const { containers, serviceAccountName } = (daemon?.["spec"] as DaemonSpec).template.spec;
    expect(containers.map(({ name }) => name)).toEqual(["gx", "gx-data"]);
    for (const { image, resources, ports } of containers) {
      expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
      const idle = { cpu: "100m", memory: "128Mi" };
      expect([resources, ports]).toEqual([{ requests: idle, limits: idle }, undefined]);
    }
    expect(serviceAccountName).toBe("default");
    expect((await judge("mainnet", objects)).filter(({ of }) => of.includes("image-preload"))).toEqual([]);
    rmSync(folder, { recursive: true });
  },
);

interface DaemonSpec {
  readonly template: {
    readonly spec: {
      readonly containers: readonly { name: string; image: string; resources: unknown; ports?: unknown }[];
      readonly serviceAccountName?: string;
    };
  };
}

describe("the dry run", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "gx-dockerfile-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (path: string, text: string) => {
    mkdirSync(join(folder, "context", path, ".."), { recursive: true });
    writeFileSync(join(folder, "context", path), text);
  };
  const built = async (dockerfile: string) => {
    write("Dockerfile", dockerfile);
    write(".dockerignore", "# nothing built\n**/dist\n*.log\n");
    const { root } = await build({
      ...{ context: join(folder, "context"), dockerfile: join(folder, "context", "Dockerfile") },
      ...{ into: join(folder, "stages"), say: () => undefined },
    });
    return (readdirSync(root, { recursive: true }) as string[]).sort();
  };

  it("copies as a build does: folders by what they hold, files by name, nothing that is ignored", async () => {
    write("code/a.js", "a");
    write("code/dist/b.js", "b");
    write("c.txt", "c");
    write("d.log", "d");
    const files = await built(
      "FROM x AS one\nWORKDIR /w\nCOPY code there\nCOPY c.txt Dockerfile ./in/\nRUN cat in/c.txt there/a.js > made\n" +
        "FROM x AS two\nWORKDIR /v\nCOPY --from=one /w/made /w/there ./\n",
    );
    expect(files).toEqual(["v", "v/a.js", "v/made"]);
    expect(readFileSync(join(folder, "stages", "two", "v", "made"), "utf8")).toBe("ca");
    expect(readdirSync(join(folder, "stages", "one", "w")).sort()).toEqual(["in", "made", "there"]);
    expect(readdirSync(join(folder, "stages", "one", "w", "there"))).toEqual(["a.js"]);
  });

  it("names the step that failed with its last words, and a file that is not there", async () => {
    await expect(built("FROM x AS one\nWORKDIR /w\nRUN echo broken >&2; exit 3\n")).rejects.toThrow(
      /RUN echo broken.* ended with 3: broken/,
    );
    await expect(built("FROM x AS one\nCOPY nowhere ./\n")).rejects.toThrow("COPY nowhere: there is no such file");
  });

  it.each([
    ["ADD https://example.org/x /x", "ADD is not carried out"],
    ["COPY --chown=1:1 a b", "COPY --chown is not carried out"],
    ["COPY *.js ./", "a pattern in COPY is not carried out"],
    ["RUN --mount=type=secret,id=x true", "RUN takes one line of shell here"],
    ["ARG SECRET", "ARG is not carried out"],
  ])("refuses %s, which it cannot show", (line, why) => {
    expect(() => stagesOf(`FROM x AS one\n${line}\n`)).toThrow(`line 2: ${why}`);
  });

  it("refuses a pattern of .dockerignore that it would read otherwise than a build", () => {
    for (const pattern of ["!kept", "a/**/b", "[ab]"]) expect(() => ignoredBy(pattern)).toThrow(pattern);
  });
});
