import type { ThreadEvent, ThreadEvents } from "../../api/types";
import * as answers from "./answers";
import * as tools from "./tools";
import type { RunView, ThreadItem, ThreadView, UserItem } from "./view";

/** The thread after these events. `at` is the clock's time of arrival, or null while old events are replayed. */
export function applyEvents(view: ThreadView, events: ThreadEvent[], at: number | null): ThreadView {
  return events.reduce((v, event) => applyEvent(v, event, at), view);
}

export function applyEvent(view: ThreadView, event: ThreadEvent, at: number | null): ThreadView {
  if (event.number !== null) {
    if (view.lastNumber !== null && event.number <= view.lastNumber) return view;
    view = { ...view, lastNumber: event.number };
  }
  switch (event.name) {
    case "user_message": return userMessage(view, event.data);
    case "routed": return routed(view, event.data);
    case "agent_start": return agentStart(view, event.data);
    case "message_start": return answers.start(goesOn(view, event.data.run_id), event.data);
    case "message_update": return answers.update(view, event.data);
    case "message_snapshot": return answers.snapshot(view, event.data);
    case "message_end": return answers.end(goesOn(view, event.data.run_id), event.data);
    case "tool_execution_start": return tools.start(view, event.data, at);
    case "tool_execution_update": return tools.update(view, event.data);
    case "tool_execution_end": return tools.end(view, event.data, at);
    case "agent_end": return agentEnd(goesOn(view, event.data.run_id), event.data);
    case "notice": return notice(view, event.data);
    case "file": return file(view, event.data);
    case "approval": return approval(view, event.data);
    // Turns are of interest to other clients; an event of a newer hub is not an error.
    default: return view;
  }
}

const append = (view: ThreadView, item: ThreadItem): ThreadView => ({ ...view, items: [...view.items, item] });

function withRun(view: ThreadView, id: string, change: Partial<RunView>): ThreadView {
  const before = view.runs[id] ?? { id, node: "", model: null, active: false, outcome: null };
  return { ...view, runs: { ...view.runs, [id]: { ...before, ...change } } };
}

function userMessage(view: ThreadView, data: ThreadEvents["user_message"]): ThreadView {
  const outgoing = view.outgoing.filter((o) => o.id !== data.message_id);
  const item: UserItem = {
    kind: "user", key: data.message_id, id: data.message_id, text: data.text, at: data.at,
    user: data.user, channel: data.channel, routed: null,
  };
  return append({ ...view, outgoing }, item);
}

function routed(view: ThreadView, data: ThreadEvents["routed"]): ThreadView {
  const items = view.items.map((item) => item.kind === "user" && item.id === data.message_id
    ? { ...item, routed: { runId: data.run_id, node: data.node, reason: data.reason, steered: data.steered } }
    : item);
  // A run that has been routed counts as working: its machine may need a moment before it starts.
  const ended = view.runs[data.run_id]?.outcome;
  return ended ? { ...view, items } : withRun({ ...view, items }, data.run_id, { node: data.node, active: true });
}

function agentStart(view: ThreadView, data: ThreadEvents["agent_start"]): ThreadView {
  const started = withRun(view, data.run_id, { node: data.node, model: data.model, active: true, outcome: null });
  if (!data.resumed) return started;
  const key = `resumed ${data.run_id} ${view.items.length}`;
  // What the run was doing when its machine stopped will be written or run again.
  return append(tools.close(answers.close(started, data.run_id), data.run_id), {
    kind: "resumed", key, runId: data.run_id, node: data.node,
  });
}

function agentEnd(view: ThreadView, data: ThreadEvents["agent_end"]): ThreadView {
  const ended = withRun(view, data.run_id, { active: false, outcome: data.outcome });
  const over = tools.close(answers.close(ended, data.run_id), data.run_id);
  const closed = data.outcome === "aborted" ? tools.cut(over, data.run_id) : answers.hush(over, data.run_id, data.error);
  const told = closed.items.some((item) =>
    item.kind === "receipts" && item.receipts.some((r) => r.stopped !== false && r.run_id === data.run_id));
  if (told && data.outcome === "aborted") return closed;
  return append(closed, {
    kind: "end", key: `end ${data.run_id} ${view.items.length}`, runId: data.run_id,
    node: ended.runs[data.run_id]?.node ?? "", outcome: data.outcome, error: data.error ?? null, usage: data.usage ?? null, cpt: data.cpt ?? null,
  });
}

function notice(view: ThreadView, data: ThreadEvents["notice"]): ThreadView {
  return append(view, {
    kind: "notice", key: `notice ${view.lastNumber ?? 0} ${view.items.length}`, noticeKind: data.kind, text: data.text,
    level: data.level, replyTo: data.reply_to ?? null, node: data.node ?? null,
    waiting: data.kind === "budget" && data.run_id ? { runId: data.run_id, more: data.more ?? null } : null,
  });
}

/** A run that waited for credits has them, or is over. */
function goesOn(view: ThreadView, runId: string): ThreadView {
  const waits = (item: ThreadItem) => item.kind === "notice" && item.waiting?.runId === runId;
  if (!view.items.some(waits)) return view;
  return { ...view, items: view.items.map((item) => item.kind === "notice" && waits(item) ? { ...item, waiting: null } : item) };
}

function file(view: ThreadView, data: ThreadEvents["file"]): ThreadView {
  const key = `file ${view.lastNumber ?? 0} ${view.items.length}`;
  return append(view, { kind: "file", key, name: data.name, size: data.size, url: data.url });
}

function approval(view: ThreadView, data: ThreadEvents["approval"]): ThreadView {
  const at = view.items.findLastIndex((item) => item.kind === "approval" && item.approval.id === data.id);
  if (at < 0) return append(view, { kind: "approval", key: data.id, approval: data });
  return { ...view, items: view.items.with(at, { kind: "approval", key: data.id, approval: data }) };
}
