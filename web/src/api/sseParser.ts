export interface SseEvent { name: string; id: string | null; data: string }

/** Text of an event stream in, whole events out. Comments and unfinished events give nothing. */
export class SseParser {
  private rest = "";
  private name = "";
  private id: string | null = null;
  private data: string[] = [];
  private started = false;

  push(chunk: string): SseEvent[] {
    if (!this.started && chunk.length > 0) {
      this.started = true;
      chunk = chunk.replace(/^\uFEFF/, "");
    }
    const text = this.rest + chunk;
    const events: SseEvent[] = [];
    let from = 0;
    for (;;) {
      const end = lineEnd(text, from);
      if (end === null) break;
      const event = this.line(text.slice(from, end.at));
      if (event) events.push(event);
      from = end.next;
    }
    this.rest = text.slice(from);
    return events;
  }

  private line(line: string): SseEvent | null {
    if (line === "") return this.dispatch();
    if (line.startsWith(":")) return null;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.name = value;
    else if (field === "data") this.data.push(value);
    else if (field === "id" && !value.includes("\0")) this.id = value;
    return null;
  }

  private dispatch(): SseEvent | null {
    const event = this.data.length > 0
      ? { name: this.name || "message", id: this.id, data: this.data.join("\n") }
      : null;
    this.name = "";
    this.id = null;
    this.data = [];
    return event;
  }
}

/** A line ends with LF, CR or CRLF; a CR at the very end waits, because its LF may come in the next chunk. */
function lineEnd(text: string, from: number): { at: number; next: number } | null {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10) return { at: i, next: i + 1 };
    if (c === 13) {
      if (i + 1 === text.length) return null;
      return { at: i, next: text.charCodeAt(i + 1) === 10 ? i + 2 : i + 1 };
    }
  }
  return null;
}
