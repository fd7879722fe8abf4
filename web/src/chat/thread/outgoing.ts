import type { StopReceipt } from "../../api/types";
import type { Outgoing, ThreadView } from "./view";

export function send(view: ThreadView, id: string, text: string, interrupt: boolean): ThreadView {
  const message: Outgoing = { id, text, interrupt, delivery: "sending", error: null };
  return { ...view, outgoing: [...view.outgoing, message] };
}

/** Changes a message on its way; one that the thread already shows is no longer on its way. */
export function delivery(view: ThreadView, id: string, change: Partial<Outgoing>): ThreadView {
  if (!view.outgoing.some((o) => o.id === id)) return view;
  return { ...view, outgoing: view.outgoing.map((o) => (o.id === id ? { ...o, ...change } : o)) };
}

export function discard(view: ThreadView, id: string): ThreadView {
  return { ...view, outgoing: view.outgoing.filter((o) => o.id !== id) };
}

/** What a stop did, shown where it was asked for. Receipts are this page's own: the thread does not keep them. */
export function stopped(view: ThreadView, receipts: StopReceipt[], key: string): ThreadView {
  const told = new Set(receipts.filter((r) => r.stopped !== false).map((r) => r.run_id));
  // The receipt says more than the bare "stopped" of the same run.
  const items = view.items.filter((item) => !(item.kind === "end" && item.outcome === "aborted" && told.has(item.runId)));
  return { ...view, items: [...items, { kind: "receipts", key, receipts }] };
}
