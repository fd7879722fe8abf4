import { useEffect, useState } from "react";
import { EventStream } from "../api/eventStream";
import type { Task } from "../api/types";

export interface LogPiece { attempt: number; bytes: string }

const longest = 60_000;

/** Puts the pieces of a log together: the newest attempt's text, and of a long one its end. */
export class LogText {
  private attempt = 0;
  private decoder = new TextDecoder();
  text = "";

  add({ attempt, bytes }: LogPiece): void {
    if (attempt < this.attempt) return;
    if (attempt > this.attempt) {
      this.attempt = attempt;
      this.decoder = new TextDecoder();
      this.text = "";
    }
    // A piece may end in the middle of a character.
    const more = this.decoder.decode(Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)), { stream: true });
    this.text = (this.text + more).slice(-longest);
  }
}

/** What a task prints, as it comes; null until the hub has answered. */
export function useLog(task: Task, wanted: boolean): string | null {
  const [text, setText] = useState<string | null>(null);
  const over = task.ended_at !== null;
  useEffect(() => {
    if (!wanted) return;
    let log = new LogText();
    const stream = new EventStream({
      url: `/api/v1/jobs/${task.id}/logs?follow=${!over}`,
      lastId: () => null,
      onEvents: (events) => {
        for (const event of events) if (event.name === "log") log.add(JSON.parse(event.data) as LogPiece);
        setText(log.text);
      },
      onState: (state) => {
        if (state === "open") {
          // The hub begins at the beginning each time.
          log = new LogText();
          setText("");
        } else if (state === "waiting" && over) {
          stream.close();
        }
      },
    });
    return () => stream.close();
  }, [task.id, over, wanted]);
  return text;
}
