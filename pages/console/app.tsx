// The frame of every view: name, navigation, who is signed in, and the word when the gateway is away.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Commands } from "./commands-view.js";
import { Overview } from "./overview.js";
import { awaySince, look, status } from "./parts.js";
import { usePolling } from "./poll.js";
import { hrefOf, route } from "./route.js";
import { Send } from "./send-view.js";
import { identity, session } from "./session.js";
import { SignIn } from "./sign-in.js";
import { nextTheme, theme } from "./theme.js";
import { Timeline } from "./timeline.js";
import { Notice } from "./ui.js";
import { clockOf, roleOf } from "./format.js";

interface View {
  readonly title: string;
  readonly show: (rest: string) => JSX.Element;
}

const views: Readonly<Record<string, View>> = {
  "": { title: "Overview", show: () => <Overview /> },
  commands: { title: "Commands", show: () => <Commands /> },
  send: { title: "Send a command", show: (name) => <Send name={name} /> },
  command: { title: "Command", show: (id) => <Timeline key={id} id={id} /> },
  "sign-in": { title: "Sign in", show: () => <SignIn /> },
  key: { title: "Sign in", show: () => <SignIn usedKey /> },
};
const unknown: View = { title: "Not found", show: () => <Notice kind="bad">There is no view at this address.</Notice> };

export function App() {
  usePolling(look, 1_000, []);
  const { view, rest } = route.value;
  const { title, show } = views[view] ?? unknown;
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <Heading title={title} />
        <Away />
        {show(rest)}
      </main>
      <Footer />
    </>
  );
}

/** The fragment names the view, so the link must not change it. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** A new view is told like a new page: its title, and the focus on its heading. */
function Heading({ title }: { title: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { view, rest } = route.value;
  const first = useRef(true);
  useEffect(() => {
    document.title = `${title} · GX console`;
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [title, view, rest]);
  return (
    <h1 tabIndex={-1} ref={heading}>
      {title}
    </h1>
  );
}

const tabs = [
  ["", "Overview"],
  ["commands", "Commands"],
  ["send", "Send"],
] as const;

function Header() {
  const { view } = route.value;
  const env = session.value?.env;
  return (
    <header class="top">
      <a class="name" href={hrefOf("")}>
        <strong>GX</strong> console
      </a>
      {env && <span class={`env ${env}`}>{env}</span>}
      <nav aria-label="Views">
        {tabs.map(([name, title]) => (
          <a key={name} href={hrefOf(name)} aria-current={view === name ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <div class="end">
        <button type="button" class="quiet" onClick={nextTheme} aria-label={`Colours: ${theme.value}. Change`}>
          {{ auto: "◐ Auto", light: "○ Light", dark: "● Dark" }[theme.value]}
        </button>
        <Who />
      </div>
    </header>
  );
}

function Who() {
  const who = identity.value;
  const current = ["sign-in", "key"].includes(route.value.view) ? "page" : undefined;
  return (
    <a class="button" href={hrefOf("sign-in")} aria-current={current}>
      {who ? who.roles.map(roleOf).join(", ") || "signed in" : "Sign in"}
    </a>
  );
}

function Away() {
  const since = awaySince.value;
  if (since === undefined) return null;
  return (
    <Notice kind="bad">
      <strong>The gateway does not answer</strong> since {clockOf(new Date(since).toISOString())}. This page tries again
      by itself{status.value ? "; what it shows is as it was before" : ""}. On this machine the system is started by{" "}
      <code>npm start</code>.
    </Notice>
  );
}

function Footer() {
  const { explorer = false, board = false, version = "" } = session.value ?? {};
  return (
    <footer>
      <nav aria-label="Elsewhere">
        {explorer && <a href="/explorer">Explorer</a>}
        {explorer && <a href="/sandbox">Apollo Sandbox</a>}
        {board && <a href="/board">Queues</a>}
        <a href="/metrics">Metrics</a>
        <a href="/readyz">Readiness</a>
      </nav>
      <span>Version {version}</span>
    </footer>
  );
}
