// The editor's json worker, as a file of its own: it is started from our origin, not from a blob.
import "monaco-editor/esm/vs/language/json/json.worker.js";
