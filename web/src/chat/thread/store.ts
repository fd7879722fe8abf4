import { ApiError, request } from "../../api/client";
import { errorText } from "../../api/errorText";
import { EventStream, type StreamState } from "../../api/eventStream";
import type { SseEvent } from "../../api/sseParser";
import type { MessageAccepted, StopReceipt, ThreadEvent, ThreadEventName } from "../../api/types";
import { newMessageId, ulid } from "../../api/ulid";
import * as outgoing from "./outgoing";
import { applyEvents } from "./reduce";
import { emptyThread, type ThreadView } from "./view";

export interface ThreadState { view: ThreadView; connection: StreamState; loaded: boolean; refused: ApiError | null }

const volatileNames = new Set<string>([
  "message_start", "message_update", "message_snapshot", "tool_execution_update",
]);
const retryDelaysMs = [500, 1_500, 4_000];
const settledMs = 600;

/** One conversation's thread: reads its events, sends its messages, and tells those who watch. */
export class ThreadStore {
  private state: ThreadState = { view: emptyThread, connection: "connecting", loaded: false, refused: null };
  private readonly listeners = new Set<() => void>();
  private stream: EventStream | null = null;
  private queue: ThreadEvent[] = [];
  private flushing = false;
  private openedAt = 0;
  private live = false;

  constructor(readonly id: string) {}

  readonly snapshot = (): ThreadState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  connect(): () => void {
    this.stream ??= new EventStream({
      url: `/api/v1/conversations/${this.id}/events`,
      lastId: () => this.state.view.lastNumber,
      onEvents: this.receive,
      onState: (connection) => {
        if (connection === "open") {
          this.openedAt = performance.now();
          this.live = false;
          // An empty thread sends nothing; after a moment of quiet it counts as loaded.
          setTimeout(() => this.set({ loaded: true }), settledMs);
        }
        this.set({ connection });
      },
      onRefused: (refused) => this.set({ refused, loaded: true }),
    });
    return () => {
      this.stream?.close();
      this.stream = null;
    };
  }

  send(text: string, interrupt = false): Promise<void> {
    const id = newMessageId();
    this.change((view) => outgoing.send(view, id, text, interrupt));
    return this.deliver(id, text, interrupt);
  }

  /** Sends a failed message again under its own id, so that the hub accepts it once. */
  resend(id: string): Promise<void> {
    const message = this.state.view.outgoing.find((o) => o.id === id);
    if (!message) return Promise.resolve();
    this.change((view) => outgoing.delivery(view, id, { delivery: "sending", error: null }));
    return this.deliver(id, message.text, message.interrupt);
  }

  discard(id: string): void {
    this.change((view) => outgoing.discard(view, id));
  }

  async stop(): Promise<void> {
    const path = `/api/v1/conversations/${this.id}/stop`;
    const { receipts } = await request<{ receipts: StopReceipt[] }>("POST", path);
    this.flush();
    this.change((view) => outgoing.stopped(view, receipts, `receipts ${ulid()}`));
  }

  private async deliver(id: string, text: string, interrupt: boolean): Promise<void> {
    const body = { id, text, channel: "web", ...(interrupt ? { interrupt } : {}) };
    for (let attempt = 0; ; attempt++) {
      try {
        await request<MessageAccepted>("POST", `/api/v1/conversations/${this.id}/messages`, body);
        this.change((view) => outgoing.delivery(view, id, { delivery: "accepted" }));
        return;
      } catch (error) {
        const delay = retryDelaysMs[attempt];
        const again = error instanceof ApiError && (error.isNetwork || error.status === 503);
        if (!again || delay === undefined) {
          const sentence = errorText(error);
          this.change((view) => outgoing.delivery(view, id, { delivery: "failed", error: sentence }));
          return;
        }
        this.change((view) => outgoing.delivery(view, id, { delivery: "retrying" }));
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }

  private readonly receive = (events: SseEvent[]): void => {
    for (const event of events) {
      const parsed = parse(event);
      if (parsed) this.queue.push(parsed);
    }
    if (this.flushing) return;
    this.flushing = true;
    // One drawing per frame however many deltas came; a hidden page gets no frames but must not fall behind.
    if (document.hidden) setTimeout(this.flush, 100);
    else requestAnimationFrame(this.flush);
  };

  private readonly flush = (): void => {
    this.flushing = false;
    const events = this.queue;
    if (events.length === 0) return;
    this.queue = [];
    const now = performance.now();
    this.live ||= now - this.openedAt > settledMs;
    const view = applyEvents(this.state.view, events, this.live ? now : null);
    this.live ||= events.some((e) => volatileNames.has(e.name));
    if (view.gap && !this.state.view.gap) this.stream?.reconnect();
    this.set({ view, loaded: true });
  };

  private change(change: (view: ThreadView) => ThreadView): void {
    this.set({ view: change(this.state.view) });
  }

  private set(change: Partial<ThreadState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

function parse(event: SseEvent): ThreadEvent | null {
  try {
    const number = event.id === null || event.id === "" ? null : Number(event.id);
    return { name: event.name as ThreadEventName, number, data: JSON.parse(event.data) } as ThreadEvent;
  } catch {
    // A broken event cannot be shown; the durable ones come again with the next reload.
    console.warn("An event of the thread could not be read.", event.name);
    return null;
  }
}
