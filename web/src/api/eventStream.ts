import { ApiError, problemOf } from "./client";
import { SseParser, type SseEvent } from "./sseParser";

export type StreamState = "connecting" | "open" | "waiting" | "closed";

export interface StreamOptions {
  url: string;
  /** The number of the last durable event that was applied, or null for the whole stream. */
  lastId: () => number | null;
  onEvents: (events: SseEvent[]) => void;
  onState?: (state: StreamState) => void;
  /** The hub refused for good (signed out, not found): the stream does not come back. */
  onRefused?: (error: ApiError) => void;
}

// The hub sends a comment every 15 s, so silence this long means a dead connection.
const silenceMs = 40_000;
const firstDelayMs = 500;
const maxDelayMs = 15_000;

/** A Server-Sent Events reader over fetch: unlike EventSource it sees status codes and can be told to reconnect. */
export class EventStream {
  private attempt: AbortController | null = null;
  private closed = false;
  private failures = 0;
  private wake: (() => void) | null = null;

  constructor(private readonly options: StreamOptions) {
    addEventListener("online", this.retryNow);
    void this.loop();
  }

  close(): void {
    this.closed = true;
    removeEventListener("online", this.retryNow);
    this.attempt?.abort();
    this.wake?.();
    this.options.onState?.("closed");
  }

  /** Drops the connection and comes back with the last id: the way to repair a gap in the deltas. */
  reconnect(): void {
    this.attempt?.abort();
  }

  private readonly retryNow = (): void => {
    this.failures = 0;
    this.wake?.();
  };

  private async loop(): Promise<void> {
    while (!this.closed) {
      this.options.onState?.("connecting");
      const failure = await this.read();
      if (this.closed) return;
      if (failure !== null && isFinal(failure)) {
        this.close();
        this.options.onRefused?.(failure);
        return;
      }
      this.options.onState?.("waiting");
      await this.pause(failure?.retryAfterSeconds ?? null);
    }
  }

  private async read(): Promise<ApiError | null> {
    const attempt = new AbortController();
    this.attempt = attempt;
    let silence = setTimeout(() => attempt.abort(), silenceMs);
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      const lastId = this.options.lastId();
      if (lastId !== null) headers["Last-Event-ID"] = String(lastId);
      const response = await fetch(this.options.url, {
        headers, credentials: "same-origin", cache: "no-store", signal: attempt.signal,
      });
      if (!response.ok) return await problemOf(response);
      if (!response.body) return null;
      this.options.onState?.("open");
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new SseParser();
      for (;;) {
        const { value, done } = await reader.read();
        if (done || this.closed) return null;
        clearTimeout(silence);
        silence = setTimeout(() => attempt.abort(), silenceMs);
        const events = parser.push(value);
        if (events.length > 0) {
          this.failures = 0;
          this.options.onEvents(events);
        }
      }
    } catch {
      // Dropped, refused by the network or aborted by us: all are answered by the next attempt.
      return null;
    } finally {
      clearTimeout(silence);
      attempt.abort();
    }
  }

  private pause(retryAfterSeconds: number | null): Promise<void> {
    const cap = Math.min(maxDelayMs, firstDelayMs * 2 ** this.failures++);
    const delay = retryAfterSeconds ? retryAfterSeconds * 1000 : cap * (0.5 + Math.random() / 2);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const isFinal = (error: ApiError): boolean => [401, 403, 404].includes(error.status);
