// What tests look at when they judge manifests: every overlay rendered, and a typed view of what was found.
export type { KubeObject, Metadata } from "../../cli/manifests/kube-object.js";
export { nameOf } from "../../cli/manifests/kube-object.js";
export { folderOf, overlays, render, type Overlay } from "../../cli/manifests/render.js";
