// The console: what a newcomer sees first, and an operator looks at. Never asks another host.
import { render } from "preact";
import "./jitless.js";
import { App } from "./app.js";
import "./index.css";
import "../theme.css";

const place = document.getElementById("console");
if (place) {
  place.textContent = "";
  render(<App />, place);
}
