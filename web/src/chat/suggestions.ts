import type { NodeStatus } from "../api/types";

export type CommandName =
  | "help" | "nodes" | "node" | "new" | "status" | "send" | "close" | "switch" | "direct" | "smart" | "shell" | "stop" | "queue" | "interrupt" | "approve" | "deny" | "memory" | "model" | "remind" | "tasks" | "jobs" | "balance"
  | "undo" | "budget";
/** All that the hub knows; a test of the hub compares. */
export const commands: { name: CommandName; takes: boolean }[] = [
  { name: "help", takes: false },
  { name: "nodes", takes: false },
  { name: "node", takes: true },
  { name: "status", takes: false },
  { name: "shell", takes: true },
  { name: "stop", takes: false },
  { name: "undo", takes: false },
  { name: "new", takes: true },
  { name: "send", takes: true },
  { name: "close", takes: false },
  { name: "switch", takes: true },
  { name: "direct", takes: false },
  { name: "smart", takes: false },
  { name: "queue", takes: true },
  { name: "interrupt", takes: true },
  { name: "approve", takes: false },
  { name: "deny", takes: false },
  { name: "memory", takes: false },
  { name: "model", takes: false },
  { name: "remind", takes: true },
  { name: "tasks", takes: false },
  { name: "jobs", takes: false },
  { name: "balance", takes: false },
  { name: "budget", takes: true },
];

export interface Suggestion {
  /** What replaces the text between `from` and the caret. */
  insert: string;
  label: string;
  command: CommandName | null;
  status: NodeStatus | null;
}
export interface Suggestions { from: number; options: Suggestion[] }
interface Named { name: string; status: NodeStatus }

/** What could be meant by the text before the caret: a slash command, or a machine after `@` or `/node`. */
export function suggest(beforeCaret: string, nodes: Named[]): Suggestions | null {
  const command = /^\/(\w*)$/.exec(beforeCaret);
  if (command) {
    const typed = command[1]!.toLowerCase();
    const options = commands.filter((c) => c.name.startsWith(typed)).map((c) => ({
      insert: `/${c.name}${c.takes ? " " : ""}`, label: `/${c.name}`, command: c.name, status: null,
    }));
    return found(0, options);
  }
  const argument = /^\/node\s+(\S*)$/.exec(beforeCaret);
  if (argument) {
    const typed = argument[1]!;
    return found(beforeCaret.length - typed.length, named(nodes, typed, (name) => name));
  }
  // Not after a letter or digit: an address like me@nas is no machine.
  const mention = /(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{N}_.-]*)$/u.exec(beforeCaret);
  if (!mention) return null;
  const typed = mention[1]!;
  return found(beforeCaret.length - typed.length - 1, named(nodes, typed, (name) => `@${name} `));
}

function named(nodes: Named[], typed: string, insert: (name: string) => string): Suggestion[] {
  const start = typed.toLowerCase();
  return nodes
    .filter((n) => n.name.toLowerCase().startsWith(start) && n.name.toLowerCase() !== start)
    .map((n) => ({ insert: insert(n.name), label: n.name, command: null, status: n.status }));
}

const found = (from: number, options: Suggestion[]): Suggestions | null => (options.length > 0 ? { from, options } : null);
