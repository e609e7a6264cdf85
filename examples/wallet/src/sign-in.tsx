// Signing in by a token that was made elsewhere: in development by `gx token`, later by whoever knows the user.
import { useState } from "preact/hooks";
import { signIn, type Session } from "./session.js";

const GATEWAY = "http://127.0.0.1:4000/graphql";

export function SignIn({ onSignedIn }: { readonly onSignedIn: (session: Session) => void }) {
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    setBusy(true);
    setFault("");
    try {
      onSignedIn(await signIn(String(given.get("url")), String(given.get("token")).trim()));
    } catch (error) {
      setFault((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <section>
      <h1>GX wallet</h1>
      <p>
        Paste a token of the person whose wallet this is. On a development system you make one yourself, for a user that
        is on the ledger (<code>npm start -- --demo</code> brings six):
      </p>
      <p>
        <code>npx gx token --role USER --sub &lt;the user's uuid&gt;</code>
      </p>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Token
          <textarea name="token" rows={4} required spellcheck={false} autocomplete="off" />
        </label>
        <label>
          Gateway
          <input name="url" type="url" required defaultValue={GATEWAY} />
        </label>
        <button class="main" disabled={busy}>
          {busy ? "Signing in …" : "Sign in"}
        </button>
        <p class="fault" role="alert">
          {fault}
        </p>
      </form>
    </section>
  );
}
