// The pages on which operations are written and run by hand: ours, which needs no internet.
import type { Page } from "./pages.js";

export const explorer: Page = {
  name: "explorer",
  path: "/explorer",
  // The editor places its lines by style attributes, and carries its fonts in its style sheet.
  policy: { "style-src": "'self' 'unsafe-inline'", "font-src": "'self' data:" },
};
