import { Button, Group } from "@mantine/core";
import { IconArrowLeft, IconPlayerPlayFilled, IconPlayerStopFilled, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useMe } from "../accounts/session";
import { ApiError } from "../api/client";
import { errorText } from "../api/errorText";
import type { Job } from "../api/types";
import { useToast } from "../app/Toasts";
import { Confirm } from "../ui/Confirm";
import { CopyButton } from "../ui/CopyButton";
import { Facts } from "../ui/Facts";
import { duration, relative } from "../ui/format";
import { useNow } from "../ui/now";
import { Page } from "../ui/Page";
import { Rich } from "../ui/Rich";
import { Waiting } from "../ui/Waiting";
import { useJob, useResults, useResumeJob, useRetryJob, useStopJob, useWhy } from "./jobs";
import classes from "./jobs.module.css";
import { StateIcon } from "./StateIcon";
import { StepCard } from "./StepCard";
import { doneOf, isOver, stepsOf, turnsOf } from "./steps";

const mostSteps = 200;

/** One job as it goes on: its steps in their turns, what came of each, and the way to stop it. */
export default function JobPage() {
  const { id = "" } = useParams();
  return <Watch key={id} id={id} />;
}

function Watch({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useJob(id);
  const job = query.data?.job;
  const now = useNow(job && isOver(job) ? 30_000 : 1_000);
  const results = useResults(id, job !== undefined && doneOf(job.counts) > 0);
  const idle = job !== undefined && !isOver(job) && job.counts.running === 0 && job.counts.waiting > 0;
  const why = useWhy(id, idle);
  if (query.error instanceof ApiError && query.error.status === 404) {
    return <Page title={t("job.id")} intro={t("job.gone")}><Link to="/plans">{t("job.back")}</Link></Page>;
  }
  if (!query.data || !job) return <Page title={t("job.id")} intro=""><Waiting of={query} /></Page>;
  const steps = stepsOf(query.data);
  return (
    <Page
      wide title={job.name} intro={t("job.intro", { done: doneOf(job.counts), count: job.tasks })}
      action={<Actions job={job} />}
    >
      <Link to="/plans" className={classes.back}><IconArrowLeft size={15} aria-hidden />{t("job.back")}</Link>
      <p className={classes.state} role="status"><StateIcon state={job.state} />{t(`job.state.${job.state}`)}{job.reason && <span>{job.reason}</span>}</p>
      <JobFacts job={job} now={now} />
      <Waiting of={query} />
      {idle && why.data && <p className={classes.why}><strong>{t("job.why")} </strong>{why.data.summary}</p>}
      {turnsOf(steps.slice(0, mostSteps), (step) => step.id, (step) => step.after).map((turn, at) => (
        <section key={at} className={classes.turn}>
          {steps.length > 1 && <h2>{t(at === 0 ? "plans.first" : "plans.then")}</h2>}
          <ol>
            {turn.map((step) => (
              <StepCard key={step.id} step={step} result={step.only ? results.data?.get(step.only.position) : undefined} now={now} />
            ))}
          </ol>
        </section>
      ))}
      {(steps.length > mostSteps || steps.some((step) => step.tasks > 1)) && <p className={classes.more}><Rich text={t("job.more", { id })} /></p>}
    </Page>
  );
}

function JobFacts({ job, now }: { job: Job; now: number }) {
  const { t } = useTranslation();
  const took = job.started_at && job.ended_at ? new Date(job.ended_at).getTime() - new Date(job.started_at).getTime() : null;
  return (
    <Facts>
      <span className={classes.id}><code>{job.id}</code><CopyButton text={job.id} /></span>
      <span>{t("job.submitted", { when: relative(job.submitted_at, now) })}</span>
      {job.conversation_id && <Link to={`/c/${job.conversation_id}`}>{t("job.conversation")}</Link>}
      {took !== null && <span>{t("job.took", { time: duration(took) })}</span>}
      {job.cost && job.cost !== "0" && <span>{t("job.cost", { cost: job.cost })}</span>}
    </Facts>
  );
}

function Actions({ job }: { job: Job }) {
  const { t } = useTranslation();
  const toast = useToast();
  const stop = useStopJob();
  const retry = useRetryJob();
  const resume = useResumeJob();
  const guest = useMe().data?.user.role === "guest";
  const [asking, setAsking] = useState(false);
  const close = () => {
    setAsking(false);
    stop.reset();
  };
  if (guest || job.state === "succeeded") return null;
  if (isOver(job)) {
    return (
      <Button
        variant="default" leftSection={<IconRefresh size={16} />} loading={retry.isPending}
        onClick={() => retry.mutate(job.id, { onError: (error) => toast(errorText(error), "error") })}
      >
        {t("job.again")}
      </Button>
    );
  }
  return (
    <Group gap="xs">
      {job.state === "paused" && (
        <Button
          leftSection={<IconPlayerPlayFilled size={14} />} loading={resume.isPending}
          onClick={() => resume.mutate(job.id, { onError: (error) => toast(errorText(error), "error") })}
        >
          {t("job.resume")}
        </Button>
      )}
      <Button variant="default" leftSection={<IconPlayerStopFilled size={14} />} onClick={() => setAsking(true)}>{t("job.stop")}</Button>
      <Confirm
        opened={asking} title={t("job.stopTitle")} text={t("job.stopText")} action={t("job.stop")} busy={stop.isPending} error={stop.error && errorText(stop.error)}
        onClose={close} onConfirm={() => stop.mutate(job.id, { onSuccess: close })}
      />
    </Group>
  );
}
