/** @jsxImportSource react */
// The explorer: operations written and run by hand, offline. Never asks another host.
import "./workers.js";
import { GraphiQL } from "graphiql";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import "../theme.css";
import "graphiql/style.css";
import "./index.css";
import { Caller } from "./caller.js";
import { openGraph } from "./graph.js";
import { knownPeople } from "./people.js";
import { startersFor } from "./starters.js";
import { keepToken, keptToken } from "./tokens.js";

const people = knownPeople();
const starters = startersFor(people);
const ask = openGraph(keptToken);

function Explorer() {
  const [token, setToken] = useState(keptToken);
  const change = (next: string | undefined) => {
    keepToken(next);
    setToken(next);
  };
  return (
    <>
      <header>
        <h1>GX explorer</h1>
        <Caller token={token} onToken={change} user={people.ada.id} />
        <nav>
          <a href="/">Console</a>
          <a href="/board">Queues</a>
        </nav>
      </header>
      <GraphiQL fetcher={ask} defaultTabs={starters} shouldPersistHeaders inputValueDeprecation>
        <GraphiQL.Logo>GX</GraphiQL.Logo>
      </GraphiQL>
    </>
  );
}

const place = document.getElementById("explorer");
if (place)
  createRoot(place).render(
    <StrictMode>
      <Explorer />
    </StrictMode>,
  );
