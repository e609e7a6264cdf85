// Files that the bundler takes besides code.
declare module "*.css";
declare module "*.graphql" {
  const text: string;
  export default text;
}
declare module "monaco-editor/esm/vs/editor/editor.worker.js";
declare module "monaco-editor/esm/vs/language/json/json.worker.js";
