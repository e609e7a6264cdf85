// Tokens of the explorer: pasted, or made by the gateway of a development machine for the console's session.

export const roles = { USER: "user", PARTNER_API: "partner", ADMIN: "admin", SUPER_ADMIN: "super admin" } as const;
export type Role = keyof typeof roles;

const KEY = "gx:token";

/** Kept for this tab alone. */
export const keptToken = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;

export function keepToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}

/** Whether this browser holds the console's session, for which the gateway makes tokens. */
export async function mayAskForTokens(): Promise<boolean> {
  const response = await fetch("/console/session");
  if (!response.ok) return false;
  const { keyed } = (await response.json()) as { keyed?: boolean };
  return keyed === true;
}

/** A development token. @throws Error with the gateway's sentence. */
export async function askForToken(role: Role, sub: string | undefined): Promise<string> {
  const response = await fetch("/console/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(sub === undefined ? { role } : { role, sub }),
  });
  const answer = (await response.json()) as { token?: string; errors?: { message: string }[] };
  if (answer.token === undefined) throw new Error(answer.errors?.[0]?.message ?? "The gateway gave no token.");
  return answer.token;
}

/** What a token says of itself, for the reader's eye: nobody has verified it here. */
export function claimsOf(token: string): string {
  try {
    const { sub, roles: given, exp } = JSON.parse(decoded(token.split(".")[1] ?? "")) as Claims;
    const until = exp === undefined ? "" : `, until ${new Date(exp * 1_000).toLocaleTimeString()}`;
    return `${given?.join(", ") || "no role"} ${sub ?? ""}${until}`;
  } catch {
    return "This does not look like a token: three parts with dots between them.";
  }
}

interface Claims {
  sub?: string;
  roles?: string[];
  exp?: number;
}

const decoded = (part: string): string => atob(part.replaceAll("-", "+").replaceAll("_", "/"));
