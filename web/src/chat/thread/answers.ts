import type { ContentBlock, Message, ThreadEvents } from "../../api/types";
import { pending } from "./tools";
import type { AnswerItem, BlockView, ThreadView } from "./view";

export function start(view: ThreadView, data: ThreadEvents["message_start"]): ThreadView {
  if (data.role !== "assistant" || find(view, data.message_id) >= 0) return view;
  return { ...view, items: [...view.items, open(data.run_id, data.message_id)] };
}

/** Appends a delta where its offset says; what is known already is left, what is missing is a gap. */
export function update(view: ThreadView, data: ThreadEvents["message_update"]): ThreadView {
  const at = find(view, data.message_id);
  const known = at < 0 ? null : (view.items[at] as AnswerItem);
  if (known && !known.live) return view;
  const item = known ?? open(data.run_id, data.message_id);
  const block = item.blocks.find((b) => b.index === data.index)
    ?? { index: data.index, kind: data.kind, text: "", name: data.name ?? null };
  if (data.offset > block.text.length) return view.gap ? view : { ...view, gap: true };
  const fresh = data.delta.slice(block.text.length - data.offset);
  const named = block.name ?? data.name ?? null;
  if (fresh === "" && known?.blocks.includes(block) && named === block.name) return view;
  const blocks = putBlock(item.blocks, { ...block, text: block.text + fresh, name: named });
  return put(view, at, { ...item, blocks });
}

export function snapshot(view: ThreadView, data: ThreadEvents["message_snapshot"]): ThreadView {
  const at = find(view, data.message_id);
  const known = at < 0 ? null : (view.items[at] as AnswerItem);
  if (known && !known.live) return { ...view, gap: false };
  const blocks = data.blocks.map((b) => ({ index: b.index, kind: b.kind, text: b.text, name: b.name ?? null }));
  const item = known ?? open(data.run_id, data.message_id);
  return put({ ...view, gap: false }, at, { ...item, blocks });
}

export function end(view: ThreadView, data: ThreadEvents["message_end"]): ThreadView {
  const message = data.message;
  if (message.role === "summary") {
    const text = textOf(message);
    return { ...view, items: [...view.items, { kind: "summary", key: message.id, text }] };
  }
  // People's messages and tools' results have events of their own.
  if (message.role !== "assistant") return view;
  const at = find(view, message.id);
  const item: AnswerItem = {
    ...(at < 0 ? open(data.run_id, message.id) : (view.items[at] as AnswerItem)),
    blocks: message.content.map(blockOf),
    live: false,
    stopReason: message.stop_reason ?? null,
    // Whoever stopped a run knows why the answer breaks off.
    error: message.stop_reason === "aborted" ? null : message.error_message ?? null,
  };
  const calls = message.content.filter((c) => c.type === "tool_call");
  const shown = put({ ...view, gap: false }, at, item);
  return calls.reduce((v, call) => pending(v, data.run_id, call), shown);
}

/** The end of a run says why it failed; the answer that failed says it no more. */
export function hush(view: ThreadView, runId: string, error: string | undefined): ThreadView {
  const at = view.items.findLastIndex((item) => item.kind === "answer" && item.runId === runId);
  const last = view.items[at];
  if (last?.kind !== "answer" || last.error === null || last.error !== error) return view;
  return put(view, at, { ...last, error: null });
}

/** Nothing more will come for this run's open answers. */
export function close(view: ThreadView, runId: string): ThreadView {
  const isOpen = (item: ThreadView["items"][number]) => item.kind === "answer" && item.runId === runId && item.live;
  if (!view.items.some(isOpen)) return view;
  return { ...view, items: view.items.map((item) => (isOpen(item) ? { ...item, live: false } as AnswerItem : item)) };
}

const find = (view: ThreadView, id: string): number =>
  view.items.findLastIndex((item) => item.kind === "answer" && item.id === id);

const open = (runId: string, id: string): AnswerItem =>
  ({ kind: "answer", key: id, id, runId, blocks: [], live: true, stopReason: null, error: null });

function put(view: ThreadView, at: number, item: AnswerItem): ThreadView {
  return { ...view, items: at < 0 ? [...view.items, item] : view.items.with(at, item) };
}

function putBlock(blocks: BlockView[], block: BlockView): BlockView[] {
  const at = blocks.findIndex((b) => b.index === block.index);
  if (at >= 0) return blocks.with(at, block);
  return [...blocks, block].sort((a, b) => a.index - b.index);
}

function blockOf(content: ContentBlock, index: number): BlockView {
  return content.type === "tool_call"
    ? { index, kind: "tool_call", text: JSON.stringify(content.arguments), name: content.name }
    : { index, kind: content.type, text: content.text, name: null };
}

const textOf = (message: Message): string =>
  message.content.map((c) => (c.type === "text" ? c.text : "")).filter(Boolean).join("\n\n");
