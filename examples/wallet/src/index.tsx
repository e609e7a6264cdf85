// A wallet as one page: sign in, balance, statement, send, live. Asks the gateway that it is told of, and no other host.
import { render } from "preact";
import { useState } from "preact/hooks";
import { openSession, remembered, type Session } from "./session.js";
import { SignIn } from "./sign-in.js";
import { Wallet } from "./wallet.js";
import "./index.css";

function Page() {
  const [session, setSession] = useState<Session | undefined>(() => {
    const account = remembered();
    return account && openSession(account);
  });
  if (!session) return <SignIn onSignedIn={setSession} />;
  const leave = () => {
    session.leave();
    setSession(undefined);
  };
  return <Wallet session={session} onLeave={leave} />;
}

const place = document.getElementById("wallet");
if (place) render(<Page />, place);
