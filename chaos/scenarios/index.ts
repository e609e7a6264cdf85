// All scenarios, in the order in which a run of all goes through them.
import type { Scenario } from "../stage.js";
import { crashes } from "./crashes.js";
import { kills } from "./kills.js";
import { network } from "./network.js";
import { rebuilds } from "./rebuild.js";
import { servers } from "./servers.js";

export const scenarios: readonly Scenario[] = [...network, ...kills, ...servers, ...crashes, ...rebuilds];
