// What the pieces of a form share: what was typed, how it changes, which rule is broken where.
import type { Raw, Typed } from "./form-value.js";
import type { Kind } from "../../catalogue/language.js";

export interface Form {
  readonly typed: Typed;
  set(path: string, value: Raw): void;
  /** The field was left. */
  touch(path: string): void;
  /** The rule that is broken at a path, once the field was left or sending was tried. */
  faultAt(path: string): string | undefined;
}

export interface FieldProps {
  readonly form: Form;
  readonly name: string;
  readonly path: string;
  readonly kind: Kind;
  readonly raw: Raw;
}

export const idOf = (path: string): string => `field-${path.replaceAll(".", "-")}`;
