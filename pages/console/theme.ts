// Light or dark: as the system says, unless this browser was told otherwise.
import { effect, signal } from "@preact/signals";

const KEPT = "gx.console.theme";
const themes = ["auto", "light", "dark"] as const;
type Theme = (typeof themes)[number];

export const theme = signal<Theme>(themes.find((each) => each === localStorage.getItem(KEPT)) ?? "auto");

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  localStorage.setItem(KEPT, theme.value);
});

export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "auto";
}
