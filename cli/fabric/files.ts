// The files of k8s/fabric by their path. Everything in them follows from the shapes and from network/'s own configuration.
import { configtxYaml, coreYaml, ordererYaml } from "../../network/configuration.js";
import { peerOrganizations } from "../../network/layout.js";
import { builderOf } from "../../network/plans.js";
import { yamlOf } from "../../network/yaml.js";
import { authorityNode, builderMap, configOf, fabricNode } from "./nodes.js";
import { PART, type Section } from "./pods.js";
import { policies } from "./policies.js";
import { layoutOfShape, LINE, shapes, shapeNames, type Shape, type ShapeName } from "./shapes.js";
import { CHANNEL_CONFIG, chaincodeNode, definitionMap, jobs } from "./work.js";

const FOLDER = "k8s/fabric";
const opening = "# Printed from network/ and cli/fabric/ by cli/print-fabric.ts.\n";
const document = (section: Section): string => `${opening}${yamlOf(section)}`;
const documents = (sections: readonly Section[]): string => `${opening}${sections.map(yamlOf).join("---\n")}`;

/** `version`: of the chaincode's first definition. */
export const fabricFiles = (version: string): Record<string, string> => ({
  ...base(version),
  ...Object.assign({}, ...shapeNames.map(overlay)),
});

function base(version: string): Record<string, string> {
  const resources = {
    "authorities.yaml": documents(peerOrganizations.flatMap(({ short }) => authorityNode(short))),
    "chaincode.yaml": documents([builderMap, definitionMap(version)]),
  };
  return inFolder(`${FOLDER}/base`, {
    ...resources,
    "kustomization.yaml": document(kustomization({ resources: Object.keys(resources) })),
  });
}

function overlay(name: ShapeName): Record<string, string> {
  const shape = shapes[name];
  const layout = layoutOfShape(shape);
  const resources = {
    "nodes.yaml": documents([...layout.orderers, ...layout.peers].flatMap((place) => fabricNode(layout, place))),
    "chaincode.yaml": documents(layout.chaincodes(1).flatMap((place) => chaincodeNode(layout, place, name))),
    "jobs.yaml": documents(jobs(layout, name)),
    "policies.yaml": documents(policies(shape.backend)),
    ...(name === "mainnet" ? { "limits.yaml": documents([disruption, quota]) } : {}),
  };
  const configs = configurations(shape);
  return inFolder(`${FOLDER}/overlays/${name}`, {
    ...resources,
    ...Object.fromEntries(configs.map(({ file, content }) => [file, document(content)])),
    "kustomization.yaml": document(
      kustomization({
        namespace: shape.namespace,
        resources: ["../../base", ...Object.keys(resources)],
        components: ["../../images", "../../../release"],
        configMapGenerator: configs.map(({ map, file }) => ({ name: map, files: [file] })),
        generatorOptions: { disableNameSuffixHash: true, labels: PART },
        ...(shape.pool === "test" ? {} : { patches: inPool(shape.pool) }),
      }),
    ),
  });
}

interface Configuration {
  /** Name of the ConfigMap. */
  map: string;
  file: string;
  content: Section;
}

/** What `network/` writes for the same nodes on one machine, with the addresses and folders of the cluster. */
function configurations(shape: Shape): Configuration[] {
  const layout = layoutOfShape(shape);
  const { batchTimeoutMs } = shape;
  const told = { builder: builderOf(layout), line: LINE };
  return [
    ...layout.orderers.map((place) => ({
      map: configOf(place.name),
      file: `config/${place.name}/orderer.yaml`,
      content: ordererYaml(layout, place),
    })),
    ...layout.peers.map((place) => ({
      map: configOf(place.name),
      file: `config/${place.name}/core.yaml`,
      content: coreYaml(layout, place, told),
    })),
    {
      map: CHANNEL_CONFIG,
      file: "config/channel/configtx.yaml",
      content: configtxYaml(layout, { line: LINE, batchTimeoutMs }),
    },
  ];
}

const kustomization = (fields: Section): Section => ({
  apiVersion: "kustomize.config.k8s.io/v1beta1",
  kind: "Kustomization",
  ...fields,
});

/** The pods of the base are for the pool of tests. */
function inPool(pool: string): Section[] {
  const nodeAffinity = "/spec/template/spec/affinity/nodeAffinity";
  const values = "matchExpressions/0/values/0";
  const required = `${nodeAffinity}/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/${values}`;
  const preferred = `${nodeAffinity}/preferredDuringSchedulingIgnoredDuringExecution/0/preference/${values}`;
  const patch = (path: string): string => `- {op: replace, path: ${path}, value: ${pool}}`;
  return [
    { target: { kind: "StatefulSet" }, patch: patch(required) },
    { target: { kind: "Deployment" }, patch: patch(preferred) },
    { target: { kind: "Job" }, patch: patch(preferred) },
  ];
}

const disruption: Section = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "orderer-pdb", labels: PART },
  spec: { maxUnavailable: 1, selector: { matchLabels: { app: "orderer" } } },
};

const quota: Section = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "fabric-quota", labels: PART },
  spec: {
    hard: {
      "requests.cpu": "12",
      "limits.cpu": "24",
      "requests.memory": "24Gi",
      "limits.memory": "48Gi",
      pods: "30",
      persistentvolumeclaims: "15",
    },
  },
};

const inFolder = (folder: string, files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
