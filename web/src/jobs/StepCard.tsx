import { IconDownload } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Task, TaskResult } from "../api/types";
import { Facts } from "../ui/Facts";
import { bytes, duration } from "../ui/format";
import { AllowMore } from "./AllowMore";
import classes from "./jobs.module.css";
import { StateIcon } from "./StateIcon";
import { Said, Steer } from "./Steer";
import { type StepView, waitsForMore } from "./steps";
import { TaskLog } from "./TaskLog";

const Markdown = lazy(() => import("../chat/markdown/Markdown"));

const mayHear: Task["state"][] = ["blocked", "ready", "leased", "running", "paused"];

interface Props { step: StepView; result: TaskResult | undefined; now: number }

/** One step of a job: what it is for, what it does, and what came of it. */
export function StepCard({ step, result, now }: Props) {
  const { t } = useTranslation();
  const task = step.only?.task ?? null;
  const said = result?.result?.output;
  const reason = task?.reason ?? result?.reason;
  return (
    <li className={classes.step} data-state={step.state}>
      <h3><StateIcon state={step.state} />{step.id}<small>{t(`job.step.${step.state}`)}</small></h3>
      {step.objective && <p className={classes.about}>{step.objective}</p>}
      <Facts>
        {step.after.length > 0 && <span>{t("plans.after", { steps: step.after.join(", ") })}</span>}
        {step.tasks > 1 && <span>{t("job.tasks", { done: step.done, count: step.tasks })}</span>}
        {step.tasks > 1 && step.failed > 0 && <span>{t("job.failures", { count: step.failed })}</span>}
        {task?.node && <span>{t("job.on", { node: task.node })}</span>}
        {task && <Took task={task} now={now} />}
        {task && task.attempts > 1 && <span>{t("job.attempts", { count: task.attempts })}</span>}
        {task?.verification && (
          <span className={classes.proof} data-verified={task.verification === "verified"} title={t(task.verification === "verified" ? "job.verifiedHint" : "job.claimedHint")}>
            {t(task.verification === "verified" ? "job.verified" : "job.claimed")}
          </span>
        )}
      </Facts>
      {reason && step.state !== "succeeded" && <p className={classes.reason}>{reason}</p>}
      {task && waitsForMore(task) && <AllowMore task={task} />}
      {task && <Said task={task} />}
      {task && step.runtime === "agent" && mayHear.includes(task.state) && <Steer task={task} />}
      {typeof said === "string" && said.trim() !== "" && (
        <div className={classes.said} tabIndex={0} role="group" aria-label={t("job.result")}>
          <Suspense fallback={<div className={classes.plain}>{said}</div>}><Markdown text={said} live={false} /></Suspense>
        </div>
      )}
      {step.state === "succeeded" && said === "" && <Facts><span>{t("job.noResult")}</span></Facts>}
      {task && <Evidence task={task} />}
      {task && task.attempts > 0 && <TaskLog task={task} />}
      {task && <Files task={task} />}
    </li>
  );
}

function Took({ task, now }: { task: Task; now: number }) {
  if (!task.started_at) return null;
  const until = task.ended_at ? new Date(task.ended_at).getTime() : now;
  const ms = Math.max(0, until - new Date(task.started_at).getTime());
  // What still runs counts in whole seconds.
  return <span className={classes.took}>{duration(task.ended_at ? ms : Math.floor(ms / 1_000) * 1_000).replace(".0 ", " ")}</span>;
}

function Evidence({ task }: { task: Task }) {
  const { t } = useTranslation();
  if (!task.evidence?.length) return null;
  return (
    <details className={classes.fold}>
      <summary>{t("job.evidence")}</summary>
      <ul>{task.evidence.map((seen, i) => (
        <li key={i}><code>{seen.subject}</code> {seen.exit_code !== null ? t("tool.exit", { code: seen.exit_code }) : seen.http_status !== null ? `HTTP ${seen.http_status}` : t(seen.passed ? "job.passed" : "job.notPassed")}</li>
      ))}</ul>
    </details>
  );
}

const nameOf = (path: string): string => path.split("/").at(-1)!;

/** What a task left behind. */
function Files({ task }: { task: Task }) {
  const { t } = useTranslation();
  const files = task.history?.at(-1)?.outputs ?? [];
  if (files.length === 0) return null;
  return (
    <ul className={classes.files} aria-label={t("job.files")}>
      {files.map((file) => (
        <li key={file.path}>
          <a href={`/api/v1/artifacts/${file.sha256}?name=${encodeURIComponent(nameOf(file.path))}`} download={nameOf(file.path)}><IconDownload size={15} aria-hidden />{file.path} <small>{bytes(file.size)}</small></a>
        </li>
      ))}
    </ul>
  );
}
