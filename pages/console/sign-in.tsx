// Signing in: development identities by one click where the key opened this page, else a token from elsewhere.
import { useState } from "preact/hooks";
import type { TokenRole } from "../../catalogue/roles.js";
import { roleOf } from "./format.js";
import { usePolling } from "./poll.js";
import { goBack, hrefOf } from "./route.js";
import { client, identity, isAdmin, session, signInAs, signInWith, signOut } from "./session.js";
import { Copy, Id, Moment, Notice, Section } from "./ui.js";
import { signal } from "@preact/signals";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function SignIn({ usedKey = false }: { usedKey?: boolean }) {
  const { keyed = false, env } = session.value ?? {};
  return (
    <>
      {usedKey && !keyed && (
        <Notice kind="bad">
          This key was used before, is older than ten minutes, or belongs to another system. A new address is printed by{" "}
          <code>npx gx console</code>.
        </Notice>
      )}
      <Present />
      {env === "development" && (keyed ? <Development /> : <NoKey />)}
      <OwnToken />
    </>
  );
}

function NoKey() {
  return (
    <Section title="Development identities">
      <p>
        This page was opened without its key. <code>npx gx console</code> prints an address that opens it with
        development tokens; the address works once. <Copy text="npx gx console" what="command" />
      </p>
    </Section>
  );
}

function Present() {
  const who = identity.value;
  if (!who) return null;
  const out = (
    <button type="button" onClick={signOut}>
      Sign out
    </button>
  );
  return (
    <Section title="Signed in" aside={out}>
      <dl>
        <div>
          <dt>As</dt>
          <dd>{who.roles.map(roleOf).join(", ") || "no role"}</dd>
        </div>
        <div>
          <dt>Id</dt>
          <dd>
            <Id id={who.sub} what="id" whole />
          </dd>
        </div>
        <div>
          <dt>Until</dt>
          <dd>
            <Moment at={new Date(who.expiresAt).toISOString()} />
          </dd>
        </div>
      </dl>
      <Token token={who.token} />
    </Section>
  );
}

/** Shown on demand only: screens are shared. */
function Token({ token }: { token: string }) {
  const [shown, setShown] = useState(false);
  return (
    <>
      <p class="buttons">
        <button type="button" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? "Hide the token" : "Show the token"}
        </button>
        <Copy text={token} what="token">
          Copy the token
        </Copy>
        {isAdmin.value && session.value?.board && <a href="/board">Open the queues</a>}
        <a href={hrefOf("commands")}>See commands</a>
      </p>
      {shown && <pre class="token">{token}</pre>}
    </>
  );
}

const people: readonly { role: TokenRole; title: string; can: string }[] = [
  { role: "ADMIN", title: "Admin", can: "sees everything, hands out genesis coins, opens the queues" },
  { role: "SUPER_ADMIN", title: "Super admin", can: "bootstraps, loads countries, pauses the system" },
  { role: "PARTNER_API", title: "Partner", can: "brings people onto the ledger" },
];

function Development() {
  const [fault, setFault] = useState<string>();
  const signIn = async (role: TokenRole, sub?: string) => {
    const refused = await signInAs(role, sub);
    setFault(refused);
    if (refused === undefined) goBack();
  };
  return (
    <Section title="Development identities">
      {fault && <Notice kind="bad">{fault}</Notice>}
      <ul class="people">
        {people.map(({ role, title, can }) => (
          <li key={role}>
            <button type="button" onClick={() => void signIn(role)}>
              {title}
            </button>
            <span>{can}</span>
          </li>
        ))}
        <UserRow signIn={(sub) => signIn("USER", sub)} />
      </ul>
    </Section>
  );
}

/** Users of the ledger, known since an admin looked: to choose from. */
const users = signal<readonly string[]>([]);

function UserRow({ signIn }: { signIn: (sub: string) => Promise<void> }) {
  const [sub, setSub] = useState("");
  const [touched, setTouched] = useState(false);
  usePolling(readUsers, 10_000, [isAdmin.value]);
  const good = UUID.test(sub);
  const send = (event: Event) => {
    event.preventDefault();
    setTouched(true);
    if (good) void signIn(sub);
  };
  return (
    <li>
      <form onSubmit={send} noValidate>
        <label>
          A user by id
          <input
            value={sub}
            onInput={({ currentTarget }) => setSub(currentTarget.value.trim())}
            list="users"
            spellcheck={false}
            autocomplete="off"
            aria-invalid={touched && !good}
            aria-describedby="sub-rule"
          />
        </label>
        <datalist id="users">
          {users.value.map((id) => (
            <option key={id} value={id} />
          ))}
        </datalist>
        <button type="submit">Sign in</button>
        <span id="sub-rule" class={touched && !good ? "fault" : "rule"}>
          {touched && !good
            ? "must be a uuid in lower-case hex (8-4-4-4-12)"
            : "sends the own coins, sees the own wallet"}
        </span>
      </form>
    </li>
  );
}

async function readUsers(signal: AbortSignal): Promise<void> {
  if (!isAdmin.value) return;
  const answer = await client.value
    .query<{ users: { edges: { node: { id: string } }[] } | null }>(
      "{ users(first: 50) { edges { node { id } } } }",
      {},
      {
        signal,
      },
    )
    .catch(() => undefined);
  if (answer?.users) users.value = answer.users.edges.map(({ node }) => node.id);
}

function OwnToken() {
  const [token, setToken] = useState("");
  const [fault, setFault] = useState<string>();
  const send = async (event: Event) => {
    event.preventDefault();
    const refused = await signInWith(token.trim().replace(/^Bearer\s+/i, ""));
    setFault(refused);
    if (refused !== undefined) return;
    setToken("");
    goBack();
  };
  return (
    <Section title="A token of your own">
      <form onSubmit={(event) => void send(event)} noValidate>
        <label>
          Bearer token
          <textarea
            rows={3}
            value={token}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
            spellcheck={false}
            autocomplete="off"
            aria-invalid={fault !== undefined}
            aria-describedby="token-rule"
          />
        </label>
        <p id="token-rule" class={fault ? "fault" : "rule"} role={fault ? "alert" : undefined}>
          {fault ?? "Stays in the memory of this page, and is gone with it."}
        </p>
        <button type="submit">Sign in</button>
      </form>
    </Section>
  );
}
