import type { ContentBlock, ThreadEvents } from "../../api/types";
import type { ThreadItem, ThreadView, ToolItem } from "./view";

type Call = Extract<ContentBlock, { type: "tool_call" }>;

/** A call that the model has asked for and that has not started yet. */
export function pending(view: ThreadView, runId: string, call: Call): ThreadView {
  if (find(view, runId, call.id) >= 0) return view;
  return put(view, -1, fresh(runId, call.id, call.name, call.arguments, "pending"));
}

export function start(view: ThreadView, data: ThreadEvents["tool_execution_start"], at: number | null): ThreadView {
  const index = find(view, data.run_id, data.tool_call_id);
  const item = index < 0
    ? fresh(data.run_id, data.tool_call_id, data.tool_name, data.args, "running")
    : (view.items[index] as ToolItem);
  return put(view, index, {
    ...item, name: data.tool_name, args: data.args ?? item.args, state: "running", output: "", startedAt: at,
  });
}

export function update(view: ThreadView, data: ThreadEvents["tool_execution_update"]): ThreadView {
  const index = find(view, data.run_id, data.tool_call_id);
  if (index < 0) return view;
  const item = view.items[index] as ToolItem;
  if (item.state !== "running") return view;
  return put(view, index, { ...item, output: data.text });
}

export function end(view: ThreadView, data: ThreadEvents["tool_execution_end"], at: number | null): ThreadView {
  const index = find(view, data.run_id, data.tool_call_id);
  const item = index < 0
    ? fresh(data.run_id, data.tool_call_id, data.tool_name, {}, "running")
    : (view.items[index] as ToolItem);
  const measured = at !== null && item.startedAt !== null ? at - item.startedAt : null;
  const told = data.details?.["duration_ms"];
  return put(view, index, {
    ...item, output: data.text, state: data.is_error ? "failed" : "done", details: data.details ?? null,
    milliseconds: typeof told === "number" ? told : measured,
  });
}

/** The run is over: what still ran was stopped with it. */
export function close(view: ThreadView, runId: string): ThreadView {
  const isOpen = (item: ThreadItem) =>
    item.kind === "tool" && item.runId === runId && (item.state === "running" || item.state === "pending");
  if (!view.items.some(isOpen)) return view;
  return { ...view, items: view.items.map((item) => (isOpen(item) ? { ...item, state: "stopped" } as ToolItem : item)) };
}

/** A stop cuts the calls of the last turn; they come back as errors without a result of their own, and are none. */
export function cut(view: ThreadView, runId: string): ThreadView {
  const turn = view.items.findLastIndex((item) => item.kind === "answer" && item.runId === runId && item.blocks.length > 0);
  const isCut = (item: ThreadItem, at: number) =>
    at > turn && item.kind === "tool" && item.runId === runId && item.state === "failed" && item.details === null;
  if (!view.items.some(isCut)) return view;
  return { ...view, items: view.items.map((item, at) => (isCut(item, at) ? { ...item, state: "stopped" } as ToolItem : item)) };
}

// Providers may reuse a call's id in another run, so the run is part of the identity.
const find = (view: ThreadView, runId: string, id: string): number =>
  view.items.findLastIndex((item) => item.kind === "tool" && item.id === id && item.runId === runId);

function fresh(
  runId: string, id: string, name: string, args: Record<string, unknown>, state: ToolItem["state"],
): ToolItem {
  return {
    kind: "tool", key: `${runId} ${id}`, id, runId, name, args, output: "", state, details: null,
    startedAt: null, milliseconds: null,
  };
}

function put(view: ThreadView, at: number, item: ToolItem): ThreadView {
  return { ...view, items: at < 0 ? [...view.items, item] : view.items.with(at, item) };
}
