import { Button, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconMessage2, IconPlayerPlay } from "@tabler/icons-react";
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { errorText } from "../api/errorText";
import type { Plan } from "../api/types";
import { ulid } from "../api/ulid";
import { createConversation } from "../chat/conversations";
import { readDraft, writeDraft } from "../chat/drafts";
import { threadStore } from "../chat/thread/stores";
import { Page } from "../ui/Page";
import { Analysis } from "./Analysis";
import { NewestJobs } from "./NewestJobs";
import classes from "./plans.module.css";
import { useAnalyse, useRunPlan } from "./plans";

const draftKey = "plan";
const longestText = 20_000;

/** A request is analysed, shown in steps, and run with one button. */
export default function PlansPage() {
  const { t } = useTranslation();
  const [text, setText] = useState(() => readDraft(draftKey));
  const analyse = useAnalyse();
  useEffect(() => writeDraft(draftKey, text), [text]);
  // Whoever writes on means something else than what is shown.
  const shown = analyse.data && analyse.variables === text.trim() ? analyse.data : null;
  const send = (e?: FormEvent) => {
    e?.preventDefault();
    if (text.trim() && !analyse.isPending) analyse.mutate(text.trim());
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !e.nativeEvent.isComposing) send(e);
  };
  return (
    <Page wide title={t("plans.title")} intro={t("plans.intro")}>
      <form className={classes.form} onSubmit={send}>
        <Textarea
          label={t("plans.request")} placeholder={t("plans.example")} rows={3} maxLength={longestText} value={text} onKeyDown={onKeyDown}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        <div className={classes.send}>
          <small>{t(analyse.isPending ? "plans.analysing" : "plans.analyseHint")}</small>
          <Button type="submit" size="sm" variant={shown ? "default" : "filled"} loading={analyse.isPending} disabled={!text.trim()}>{t("plans.analyse")}</Button>
        </div>
        {analyse.error && !analyse.isPending && <p className={classes.problem} role="alert">{errorText(analyse.error)}</p>}
      </form>
      {shown && <Proposed key={analyse.submittedAt} text={analyse.variables!} plan={shown} onBegun={() => writeDraft(draftKey, "")} />}
      <NewestJobs />
    </Page>
  );
}

/** What came of the analysis, and the ways to have it done. */
function Proposed({ text, plan, onBegun }: { text: string; plan: Plan; onBegun: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  // One key for this plan: pressed again after a lost answer it does not run twice.
  const once = useRef(ulid());
  const run = useRunPlan();
  const talk = useMutation({ mutationFn: () => createConversation(null, once.current) });
  const begin = () => run.mutate({ text, plan, once: once.current }, {
    onSuccess: (job) => {
      onBegun();
      void navigate(`/jobs/${job.id}`);
    },
  });
  const ask = () => talk.mutate(undefined, {
    onSuccess: ({ id }) => {
      onBegun();
      void threadStore(id).send(plan.handle_locally ? text : `plan: ${text}`);
      void navigate(`/c/${id}`);
    },
  });
  const busy = run.isPending || talk.isPending;
  const error = run.error ?? talk.error;
  return (
    <section className={classes.plan}>
      <Analysis plan={plan} />
      {plan.handle_locally && <p className={classes.local}>{t("plans.local")}</p>}
      {error && <p className={classes.problem} role="alert">{errorText(error)}</p>}
      <div className={classes.ways}>
        {!plan.handle_locally && (
          <Button leftSection={<IconPlayerPlay size={16} />} loading={run.isPending} disabled={busy} onClick={begin}>{t("plans.run")}</Button>
        )}
        <Button
          variant={plan.handle_locally ? "filled" : "default"} leftSection={<IconMessage2 size={16} />} loading={talk.isPending} disabled={busy} onClick={ask}
          aria-describedby={plan.handle_locally ? undefined : "plan-chat-hint"}
        >
          {t(plan.handle_locally ? "plans.ask" : "plans.chat")}
        </Button>
        {!plan.handle_locally && <small id="plan-chat-hint">{t("plans.chatHint")}</small>}
      </div>
    </section>
  );
}
