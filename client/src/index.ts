// @gx/client: commands that are sent once and followed until they are visible. Knows the graph, and nothing of the server.

/** What a request may be told to reflect: the id of a command, or the number of a block. */
export type After = string | number;
