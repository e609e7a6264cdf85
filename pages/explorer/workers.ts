// Where the editor finds its workers. Imported before the editor.
const kinds: readonly string[] = ["json", "graphql"];

Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) =>
      new Worker(`/explorer/${kinds.includes(label) ? label : "editor"}.worker.js`, { type: "module", name: label }),
  },
});
