import { Loader } from "@mantine/core";
import { IconCheck, IconChevronRight, IconClock, IconPlayerStop, IconX } from "@tabler/icons-react";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { duration } from "../../ui/format";
import type { ToolItem, ToolState } from "../thread/view";
import classes from "./items.module.css";
import { Arguments } from "./Arguments";
import { readOutput, summaryOf } from "./toolText";

export function ToolCall({ item }: { item: ToolItem }) {
  const { t } = useTranslation();
  const id = useId();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const running = item.state === "running";
  const output = readOutput(item.output, item.details);
  // What runs is worth watching, what failed is worth reading; the rest folds away.
  const open = chosen ?? ((running && output.text !== "") || item.state === "failed");
  const summary = summaryOf(item.args);
  const facts = [
    item.state === "done" ? null : t(`tool.${item.state}`),
    output.exitCode ? t("tool.exit", { code: output.exitCode }) : null,
    item.milliseconds ? duration(item.milliseconds) : null,
  ].filter(Boolean);
  return (
    <div className={classes.tool} data-state={item.state}>
      <button type="button" className={classes.toolHead} aria-expanded={open} aria-controls={id} onClick={() => setChosen(!open)}>
        <StateIcon state={item.state} />
        <span className={classes.toolName}>{item.name}</span>
        {summary && <code className={classes.toolSummary}>{summary.text}</code>}
        <span className={classes.toolTime}>
          {running ? <Elapsed since={item.startedAt} /> : facts.join(" · ")}
          {running && <span className="visually-hidden">{t("tool.running")}</span>}
        </span>
        <IconChevronRight size={15} className={classes.chevron} aria-hidden />
      </button>
      {open && (
        <div id={id} className={classes.toolBody}>
          {summary?.long && <pre>{summary.full}</pre>}
          <Arguments of={item.args} without={summary?.key ?? null} />
          <Output text={output.text} follow={running} />
          {!running && item.state !== "pending" && output.text === "" && <p className={classes.meta}>{t("tool.none")}</p>}
        </div>
      )}
    </div>
  );
}

function Output({ text, follow }: { text: string; follow: boolean }) {
  const { t } = useTranslation();
  const box = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => { if (follow && box.current) box.current.scrollTop = box.current.scrollHeight; }, [text, follow]);
  return text ? <pre ref={box} tabIndex={0} aria-label={t("tool.output")} data-follow={follow}>{text}</pre> : null;
}

function Elapsed({ since }: { since: number | null }) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const elapsed = since === null ? 0 : now - since;
  return elapsed < 1_000 ? null : <span aria-hidden>{` ${duration(Math.floor(elapsed / 1_000) * 1_000).replace(".0 ", " ")}`}</span>;
}

function StateIcon({ state }: { state: ToolState }) {
  switch (state) {
    case "running": return <Loader size={14} />;
    case "pending": return <IconClock size={15} aria-hidden />;
    case "done": return <IconCheck size={15} aria-hidden />;
    case "failed": return <IconX size={15} aria-hidden />;
    case "stopped": return <IconPlayerStop size={15} aria-hidden />;
  }
}
