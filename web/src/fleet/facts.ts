import type { Node } from "../api/types";

export type CommandsKey = "process" | "host" | "off";
const commands: CommandsKey[] = ["process", "host", "off"];

/** Where a machine runs commands, if it says so in a word that the page knows. */
export const commandsOf = (node: Pick<Node, "isolation">): CommandsKey | null => commands.find((known) => known === node.isolation) ?? null;

/** What a machine without a model reports: its agent follows built-in rules. */
export const rulesOnly = (node: Pick<Node, "model">): boolean => node.model === "offline";

/** Whether no machine of these has a model. */
export const nobodyHasAModel = (nodes: Pick<Node, "model">[] | undefined): boolean => nodes !== undefined && nodes.length > 0 && nodes.every(rulesOnly);

/** Why a message went to this machine is worth a line only where there was something to choose. */
export const routeMatters = (nodes: Pick<Node, "name">[] | undefined, node: string): boolean => nodes !== undefined && nodes.some((n) => n.name !== node);

/** Whether an enrolment token leads to an address that only the hub's own computer reaches. */
export function leadsNowhereElse(token: string): boolean {
  try {
    const json = atob(token.replace(/^mjt_/, "").replace(/-/g, "+").replace(/_/g, "/"));
    const host = new URL((JSON.parse(json) as { u: string }).u).hostname;
    return host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
  } catch {
    // A token of a newer hub: nothing is known about where it leads.
    return false;
  }
}
