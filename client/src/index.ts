// @gx/client: commands that are sent once and followed until they are visible. Knows the graph, and nothing of the server.
export {
  connect,
  type Client,
  type FollowOptions,
  type QueryOptions,
  type SendOptions,
  type SubscribeOptions,
} from "./connect.js";
export { ClosedError, GraphError, NoAnswerError, type AnyCode, type Fault, type FieldFault } from "./errors.js";
export type { Committed, Failed, Outcome, Refused, Standing } from "./follow.js";
export type { After, KeyStore, Options, WebSocketClass } from "./options.js";
export type { Accepted, CommandName, Rejected, Rejection, Sent } from "./send.js";
export * from "./graph.js";
