// The package is optional, and never loaded in a browser.
declare module "ws" {
  const WebSocketOfNode: typeof globalThis.WebSocket | undefined;
  export default WebSocketOfNode;
}
