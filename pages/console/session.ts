// Who speaks: the session of this page, the identity signed in, and the client that asks the graph in its name.
// A token lives in memory only; over a reload it is the session's cookie that brings a new one.
import { connect, type Client } from "@gx/client";
import { computed, signal } from "@preact/signals";
import type { TokenRole } from "../../catalogue/roles.js";

/** What the gateway says of itself and of this page. */
export interface Session {
  readonly env: string;
  readonly version: string;
  /** Which other pages this gateway has. */
  readonly explorer: boolean;
  readonly board: boolean;
  /** The page was opened by its key, so development tokens are handed to it. */
  readonly keyed: boolean;
}

export interface Identity {
  readonly sub: string;
  readonly roles: readonly string[];
  readonly token: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
  /** The role of a development token: it can be had again. */
  readonly development?: TokenRole;
}

export const session = signal<Session | undefined>(undefined);
export const identity = signal<Identity | undefined>(undefined);
export const isAdmin = computed(() => hasRole("ADMIN", "SUPER_ADMIN"));
export const client = signal<Client>(newClient());

const REMEMBERED = "gx.console.identity";
const SOON_MS = 60_000;

export const hasRole = (...roles: readonly string[]): boolean =>
  identity.value?.roles.some((role) => roles.includes(role)) ?? false;

/** @throws when the gateway is away. */
export async function readSession(signal: AbortSignal): Promise<void> {
  const response = await fetch("/console/session", { signal });
  if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
  session.value = (await response.json()) as Session;
}

/** Takes up the identity of before a reload, where the gateway hands it out again. */
export async function resume(): Promise<void> {
  const [role, sub] = sessionStorage.getItem(REMEMBERED)?.split(" ") ?? [];
  if (role && sub && !identity.value && session.value?.keyed) await signInAs(role as TokenRole, sub);
}

/** After an absence of the gateway, which may be another one now, with other keys and another ledger. */
export async function renew(): Promise<void> {
  const now = identity.value;
  if (now?.development === undefined) return become(now);
  const got = session.value?.keyed ? await developmentToken(now.development, now.sub) : "";
  become(typeof got === "string" ? undefined : got);
}

/** Signs in with a development token. Resolves with a sentence when that is not possible. */
export async function signInAs(role: TokenRole, sub?: string): Promise<string | undefined> {
  const got = await developmentToken(role, sub);
  if (typeof got === "string") return got;
  sessionStorage.setItem(REMEMBERED, `${role} ${got.sub}`);
  become(got);
  return undefined;
}

/** Signs in with a token from elsewhere. Resolves with a sentence when the gateway does not take it. */
export async function signInWith(token: string): Promise<string | undefined> {
  const claims = claimsOf(token);
  if (!claims) return "This is no token: a token has three parts, separated by points.";
  const response = await ask("{ projectionStatus { processedBlock } }", token);
  if (response?.status === 401)
    return "The gateway does not take this token. It may be over, or signed for another system.";
  if (!response) return "The gateway does not answer.";
  become({ ...claims, token });
  return undefined;
}

export function signOut(): void {
  sessionStorage.removeItem(REMEMBERED);
  const admin = isAdmin.value;
  become(undefined);
  if (admin && session.value?.board) void fetch("/board/sign-out", { method: "POST" }).catch(() => undefined);
}

function become(next: Identity | undefined): void {
  identity.value = next;
  client.value.close();
  client.value = newClient();
  if (next && isAdmin.value && session.value?.board) void signInToBoard(next);
}

/** The board is for admins alone, and knows them by a cookie of its own. */
async function signInToBoard({ token }: Identity): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  await fetch("/board/sign-in", { method: "POST", headers }).catch(() => undefined);
}

function newClient(): Client {
  return connect({ url: "/graphql", token: freshToken });
}

/** A development token that is soon over is had again. */
async function freshToken(): Promise<string> {
  const now = identity.value;
  if (!now) return "";
  if (now.development === undefined || now.expiresAt - Date.now() > SOON_MS) return now.token;
  const got = await developmentToken(now.development, now.sub);
  if (typeof got !== "string" && identity.value === now) identity.value = got;
  return identity.value?.token ?? "";
}

async function developmentToken(role: TokenRole, sub?: string): Promise<Identity | string> {
  const body = JSON.stringify({ role, ...(sub ? { sub } : {}) });
  const headers = { "content-type": "application/json" };
  const response = await fetch("/console/token", { method: "POST", headers, body }).catch(() => undefined);
  if (!response) return "The gateway does not answer.";
  const answer = (await response.json()) as TokenAnswer;
  if (!("token" in answer)) return sentenceOf(answer);
  const { token, expiresAt } = answer;
  return { token, sub: answer.sub, roles: [answer.role], expiresAt: Date.parse(expiresAt), development: role };
}

interface Refused {
  readonly errors: readonly { message: string; extensions: { fields?: readonly { message: string }[] } }[];
}
type TokenAnswer = { token: string; sub: string; role: string; expiresAt: string } | Refused;

const sentenceOf = ({ errors: [error] }: Refused): string =>
  error?.extensions.fields?.map(({ message }) => message).join("; ") ?? error?.message ?? "The gateway refused.";

const ask = (query: string, token: string): Promise<Response | undefined> =>
  fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  }).catch(() => undefined);

/** Only to show whose it is: whether it is good, the gateway decides. */
function claimsOf(token: string): Omit<Identity, "token"> | undefined {
  try {
    const [, payload = "", signature] = token.split(".");
    if (!signature) return undefined;
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: string; roles?: string[]; exp?: number };
    return { sub: claims.sub ?? "", roles: claims.roles ?? [], expiresAt: (claims.exp ?? 0) * 1_000 };
  } catch {
    return undefined;
  }
}
