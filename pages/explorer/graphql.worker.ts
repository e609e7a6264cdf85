// The editor's graphql worker, as a file of its own: it is started from our origin, not from a blob.
import "monaco-graphql/esm/graphql.worker.js";
