// The editor's editor worker, as a file of its own: it is started from our origin, not from a blob.
import "monaco-editor/esm/vs/editor/editor.worker.js";
