// Who may ask for a command, in words, and the codes that follow from it (protocol.md 1.3 and 1.5).
import type { AnyCommand, Named } from "../../catalogue/language.js";
import type { RefusalCode } from "../../catalogue/refusals.js";
import { signers, tokenRolesFor, type Asker } from "../../catalogue/roles.js";
import { code, enumerated } from "./markdown.js";

const persons: Readonly<Record<Asker, string>> = {
  superAdmin: "a super admin",
  admin: "an appointed admin",
  partner: "a partner's backend",
  activeUser: "any active user",
  self: "the person concerned, an active user",
  stakeholder: "a stakeholder, an active user",
  guardian: "a guardian, an active user",
};

export const personOf = ({ asks }: Named<AnyCommand>): string => persons[asks];

/** The roles of which a token needs one. */
export function tokenOf({ asks }: Named<AnyCommand>): string {
  const roles = tokenRolesFor[asks];
  return roles.length === 0 ? "any token" : `token with ${enumerated(roles.map(code), "or")}`;
}

export const signerOf = ({ role }: Named<AnyCommand>): string => `${code(role)} (${signers[role].short})`;

const actorCodes: Readonly<Record<Asker, RefusalCode | undefined>> = {
  superAdmin: undefined,
  admin: "ACTOR_NOT_ADMIN",
  partner: undefined,
  activeUser: "ACTOR_NOT_ACTIVE",
  self: "ACTOR_NOT_ACTIVE",
  stakeholder: "ACTOR_NOT_ACTIVE",
  guardian: "ACTOR_NOT_ACTIVE",
};

/** The code that meets who is not entitled to ask; undefined where the signature is the proof. */
export const actorCodeOf = ({ asks }: Named<AnyCommand>): RefusalCode | undefined => actorCodes[asks];

/** Codes that no command lists, with the commands that can meet them. */
export const commonCodes: Readonly<Partial<Record<RefusalCode, string>>> = {
  UNKNOWN_COMMAND: "any; it shows a fault of routing and raises an alarm",
  ROLE_NOT_ALLOWED: "any; it shows a fault of routing and raises an alarm",
  INVALID_INPUT: "every command; nearly always the gateway finds it before",
  NOT_BOOTSTRAPPED: "every command but `bootstrapSystem`",
  PAUSED: "every command but `pauseSystem` and `resumeSystem`",
  ACTOR_NOT_ADMIN: "every command of an admin",
  ACTOR_NOT_ACTIVE: "every command of an active user",
};
