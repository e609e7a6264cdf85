/** @jsxImportSource react */
// Who the operations are sent as: nobody, a role of the development machine, or whoever a pasted token names.
import { useEffect, useState } from "react";
import { askForToken, claimsOf, mayAskForTokens, roles, type Role } from "./tokens.js";

export interface CallerProps {
  readonly token: string | undefined;
  readonly onToken: (token: string | undefined) => void;
  /** The user that "user" stands for at first. */
  readonly user: string;
}

export function Caller({ token, onToken, user }: CallerProps) {
  const [mayAsk, setMayAsk] = useState(false);
  const [sub, setSub] = useState(user);
  const [refusal, setRefusal] = useState<string>();
  useEffect(() => void mayAskForTokens().then(setMayAsk), []);
  const become = (next: string | undefined) => {
    setRefusal(undefined);
    onToken(next);
  };
  const ask = (role: Role) =>
    void askForToken(role, role === "USER" ? sub : undefined).then(become, (error: Error) => setRefusal(error.message));
  return (
    <form className="caller" aria-label="Caller" onSubmit={(event) => event.preventDefault()}>
      <span>Act as</span>
      <button type="button" onClick={() => become(undefined)}>
        nobody
      </button>
      {mayAsk && <Roles ask={ask} sub={sub} onSub={setSub} />}
      <label>
        Token
        <input
          type="password"
          autoComplete="off"
          placeholder={mayAsk ? "" : "paste one: npm run gx -- token --role ADMIN"}
          value={token ?? ""}
          onChange={({ target }) => become(target.value.trim() || undefined)}
        />
      </label>
      <output>{refusal ?? (token === undefined ? "Nobody: public fields answer." : claimsOf(token))}</output>
    </form>
  );
}

interface RolesProps {
  readonly ask: (role: Role) => void;
  readonly sub: string;
  readonly onSub: (sub: string) => void;
}

function Roles({ ask, sub, onSub }: RolesProps) {
  return (
    <>
      {(Object.keys(roles) as Role[]).map((role) => (
        <button key={role} type="button" onClick={() => ask(role)}>
          {roles[role]}
        </button>
      ))}
      <label>
        User id
        <input value={sub} spellCheck={false} onChange={({ target }) => onSub(target.value.trim())} />
      </label>
    </>
  );
}
