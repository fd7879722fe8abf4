import type { Approval, BlockKind, Outcome, StopReceipt } from "../../api/types";

/** What a thread looks like: values only, changed by `applyEvents` and the functions of outgoing.ts. */
export interface ThreadView {
  items: ThreadItem[];
  /** Messages of this page that the thread has not shown yet; drawn after the items. */
  outgoing: Outgoing[];
  runs: Record<string, RunView>;
  /** The number of the last durable event. */
  lastNumber: number | null;
  /** A delta was missed: the reader has to come back to get a snapshot. */
  gap: boolean;
}

export interface RunView { id: string; node: string; model: string | null; active: boolean; outcome: Outcome | null }

export type Delivery = "sending" | "retrying" | "accepted" | "failed";
export interface Outgoing { id: string; text: string; interrupt: boolean; delivery: Delivery; error: string | null }

export interface UserItem {
  kind: "user"; key: string; id: string; text: string; at: string; user: string; channel: string;
  routed: { runId: string; node: string; reason: string; steered: boolean } | null;
}
export interface BlockView { index: number; kind: BlockKind; text: string; name: string | null }
export interface AnswerItem {
  kind: "answer"; key: string; id: string; runId: string; blocks: BlockView[]; live: boolean;
  stopReason: string | null; error: string | null;
}
export type ToolState = "pending" | "running" | "done" | "failed" | "stopped";
export interface ToolItem {
  kind: "tool"; key: string; id: string; runId: string; name: string; args: Record<string, unknown>;
  output: string; state: ToolState; details: Record<string, unknown> | null;
  startedAt: number | null; milliseconds: number | null;
}
export interface RunEndItem {
  kind: "end"; key: string; runId: string; node: string; outcome: Outcome; error: string | null;
  usage: { input: number; output: number } | null; cpt: string | null;
}
export interface ResumedItem { kind: "resumed"; key: string; runId: string; node: string }
export interface NoticeItem {
  kind: "notice"; key: string; noticeKind: string; text: string; level: "info" | "warning" | "error";
  replyTo: string | null; node: string | null;
  /** The run that waits for its limit to be raised; null once it goes on, or for any other notice. */
  waiting: { runId: string; more: string | null } | null;
}
export interface FileItem { kind: "file"; key: string; name: string; size: number; url: string }
export interface SummaryItem { kind: "summary"; key: string; text: string }
export interface ApprovalItem { kind: "approval"; key: string; approval: Approval }
export interface ReceiptsItem { kind: "receipts"; key: string; receipts: StopReceipt[] }

export type ThreadItem =
  | UserItem | AnswerItem | ToolItem | RunEndItem | ResumedItem | NoticeItem | FileItem | SummaryItem | ApprovalItem | ReceiptsItem;

export const emptyThread: ThreadView = { items: [], outgoing: [], runs: {}, lastNumber: null, gap: false };

export const activeRun = (view: ThreadView): RunView | null =>
  Object.values(view.runs).findLast((run) => run.active) ?? null;

/** Whether somebody still owes an answer: a run works, or a message went out and nothing has replied. */
export const isWorking = (view: ThreadView): boolean =>
  activeRun(view) !== null || view.outgoing.some((o) => o.delivery !== "failed");

/** What a run answered in the end, as Markdown. */
export function answerText(view: ThreadView, runId: string): string {
  const answer = view.items.findLast((item) => item.kind === "answer" && item.runId === runId);
  return answer?.kind === "answer" ? answer.blocks.filter((b) => b.kind === "text").map((b) => b.text).join("\n\n") : "";
}

/** The text of the last message that a person wrote, for "try again". */
export const lastUserText = (view: ThreadView): string | null =>
  view.items.findLast((item) => item.kind === "user")?.text ?? null;
