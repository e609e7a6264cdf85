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
addEventListener("hashchange", () => (route.value = read()));

export const hrefOf = (view: string, rest = ""): string =>
  `#/${view}${rest === "" ? "" : `/${encodeURIComponent(rest)}`}`;

export function go(view: string, rest = ""): void {
  location.hash = hrefOf(view, rest).slice(1);
}
