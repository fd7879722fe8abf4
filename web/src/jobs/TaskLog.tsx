import { useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../api/types";
import classes from "./jobs.module.css";
import { useLog } from "./log";

/** What a task prints, read only while somebody looks. */
export function TaskLog({ task }: { task: Task }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const text = useLog(task, open);
  const box = useRef<HTMLPreElement>(null);
  const running = task.ended_at === null;
  useLayoutEffect(() => { if (running && box.current) box.current.scrollTop = box.current.scrollHeight; }, [text, running]);
  // One is open at a time: each that is followed holds a connection, of which browsers allow few to a plain-http hub.
  return (
    <details className={classes.fold} name="task-log" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t("job.log")}</summary>
      {text ? <pre ref={box} tabIndex={0} aria-label={t("job.log")}>{text}</pre> : <p>{t(text === null ? "app.loading" : "job.logNone")}</p>}
    </details>
  );
}
