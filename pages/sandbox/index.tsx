// Apollo's embedded Sandbox, for those with the internet: its own page runs in a frame, of its own origin, and asks through this one.
// Never sends it a cookie or a token, and lets it ask for nothing but the graph.
import { ApolloSandbox } from "@apollo/sandbox";
import "./index.css";

const SANDBOX = "https://sandbox.embed.apollographql.com";

addEventListener("message", ({ origin }) => {
  if (origin === SANDBOX) document.getElementById("notice")?.replaceChildren();
});

new ApolloSandbox({
  target: "#sandbox",
  initialEndpoint: `${location.origin}/graphql`,
  initialSubscriptionEndpoint: `${location.origin.replace(/^http/, "ws")}/graphql`,
  initialState: { includeCookies: false },
  endpointIsEditable: false,
  hideCookieToggle: true,
  runTelemetry: false,
  allowDynamicStyles: false,
  // Whatever address the frame names.
  handleRequest: (_: string, options: RequestInit) => fetch("/graphql", { ...options, credentials: "omit" }),
});
