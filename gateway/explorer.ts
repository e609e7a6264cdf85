// The pages on which operations are written and run by hand: ours, which needs no internet, and Apollo's, which does.
import type { Page } from "./pages.js";

export const explorer: Page = {
  name: "explorer",
  path: "/explorer",
  // The editor places its lines by style attributes, and carries its fonts in its style sheet.
  policy: { "style-src": "'self' 'unsafe-inline'", "font-src": "'self' data:" },
};

export const sandbox: Page = {
  name: "sandbox",
  path: "/sandbox",
  // A frame is all that comes from there: no script of another host runs here.
  policy: { "frame-src": "https://sandbox.embed.apollographql.com" },
};
