// Who may ask for a command, as the catalogue says it.
import type { AnyCommand } from "../../catalogue/language.js";
import { tokenRolesFor, type TokenRole } from "../../catalogue/roles.js";
import { roleOf } from "./format.js";

/** The token roles of which one is needed; none means any valid token. */
export const rolesFor = ({ asks }: AnyCommand): readonly TokenRole[] => tokenRolesFor[asks];

/** The least role that may ask; undefined: any valid token. */
export const roleFor = (command: AnyCommand): TokenRole | undefined => rolesFor(command)[0];

export function askerOf(command: AnyCommand): string {
  const role = roleFor(command);
  if (role !== undefined) return roleOf(role);
  return command.asks === "activeUser" ? "active user" : command.asks;
}
