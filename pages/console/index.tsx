// The console: what a newcomer sees first, and an operator looks at. Never asks another host.
import { render } from "preact";
import "./index.css";

function Console() {
  return (
    <header>
      <h1>GX gateway</h1>
      <nav>
        <a href="/explorer">Explorer</a> <a href="/board">Queues</a>
      </nav>
    </header>
  );
}

const place = document.getElementById("console");
if (place) render(<Console />, place);
