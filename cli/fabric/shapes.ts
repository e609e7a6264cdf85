// The reference networks that k8s/fabric describes: where each stands and how large it is. Data alone.
import { clusterLayout } from "../../network/cluster.js";
import type { Layout, Size } from "../../network/layout.js";
import type { Line } from "../../network/programs.js";

export interface Shape extends Size {
  namespace: string;
  /** Label of the nodes it runs on. */
  pool: string;
  /** Namespace of the processes that use it. */
  backend: string;
  batchTimeoutMs: number;
}

export const shapes = {
  mainnet: {
    namespace: "fabric",
    pool: "mainnet",
    backend: "backend-mainnet",
    orderers: 5,
    peers: 2,
    batchTimeoutMs: 500,
  },
  testnet: {
    namespace: "fabric-testnet",
    pool: "test",
    backend: "backend-testnet",
    orderers: 1,
    peers: 1,
    batchTimeoutMs: 200,
  },
} as const satisfies Readonly<Record<string, Shape>>;

export type ShapeName = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as ShapeName[];

/** Line of the images' programs. */
export const LINE: Line = "2.5";
export const CHANNEL = "gxchannel";

export const layoutOfShape = ({ namespace, ...size }: Shape, home?: string): Layout =>
  clusterLayout(namespace, size, home);
