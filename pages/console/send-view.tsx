// Sending any command of the catalogue: first which one, then its form.
import { useState } from "preact/hooks";
import { commandOf, commands } from "../../catalogue/index.js";
import type { AnyCommand, Named } from "../../catalogue/language.js";
import { askerOf } from "./asker.js";
import { CommandForm } from "./command-form.js";
import { hrefOf } from "./route.js";
import { Empty, Notice } from "./ui.js";

type Entry = Named<AnyCommand>;

export function Send({ name }: { name: string }) {
  const command = commandOf(name);
  if (command) return <CommandForm key={name} command={command} />;
  return (
    <>
      {name !== "" && <Notice kind="bad">There is no command {name}.</Notice>}
      <Chooser />
    </>
  );
}

const matches = ({ name, sentence }: Entry, words: string): boolean =>
  words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => `${name} ${sentence}`.toLowerCase().includes(word));

function Chooser() {
  const [words, setWords] = useState("");
  const found = commands.filter((command) => matches(command, words.trim()));
  const domains = [...new Set(found.map(({ domain }) => domain))];
  return (
    <section class="card" aria-label="Commands of the catalogue">
      <label class="search">
        Search by name or sentence
        <input
          type="search"
          value={words}
          onInput={({ currentTarget }) => setWords(currentTarget.value)}
          autocomplete="off"
          placeholder="transfer, genesis, pause …"
        />
      </label>
      <p class="unseen" aria-live="polite">
        {found.length} commands
      </p>
      {found.length === 0 && <Empty>No command has all of these words.</Empty>}
      {domains.map((domain) => (
        <div key={domain} class="domain">
          <h2>{domain}</h2>
          <ul class="catalogue">
            {found
              .filter((command) => command.domain === domain)
              .map((command) => (
                <li key={command.name}>
                  <a href={hrefOf("send", command.name)}>{command.mutation}</a>
                  <span>{command.sentence}</span>
                  <small>{askerOf(command)}</small>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
