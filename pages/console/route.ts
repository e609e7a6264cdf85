// Which view is open: the fragment of the address, so that every view has a link and the server needs no route for it.
import { signal } from "@preact/signals";

export interface Route {
  readonly view: string;
  /** What stands behind the view's name: an id, the name of a command. */
  readonly rest: string;
}

const read = (): Route => {
  const [, view = "", rest = ""] = /^#\/([^/]*)\/?(.*)$/.exec(location.hash) ?? [];
  return { view, rest: decodeURIComponent(rest) };
};

export const route = signal<Route>(read());
const isDoor = ({ view }: Route) => view === "sign-in" || view === "key";
/** Where somebody was who went to sign in. */
let before: Route = { view: "", rest: "" };

addEventListener("hashchange", () => {
  if (!isDoor(route.value)) before = route.value;
  route.value = read();
});

export const hrefOf = (view: string, rest = ""): string =>
  `#/${view}${rest === "" ? "" : `/${encodeURIComponent(rest)}`}`;

export function go(view: string, rest = ""): void {
  location.hash = hrefOf(view, rest).slice(1);
}

export const goBack = (): void => go(before.view, before.rest);
