import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { IconShieldQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client";
import { errorText } from "../../api/errorText";
import type { Approval } from "../../api/types";
import { relative } from "../../ui/format";
import classes from "./items.module.css";
import { Arguments } from "./Arguments";
import { Diff } from "./Diff";
import { summaryOf } from "./toolText";

/** A tool call that waits for a person's yes. */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const { t } = useTranslation();
  const [remember, setRemember] = useState(false);
  const answer = useMutation({
    mutationFn: (decision: "allow" | "deny") => request<Approval>("POST", `/api/v1/approvals/${approval.id}`, {
      // Bound to what is shown here: what has changed since is not answered.
      decision, digest: approval.digest, remember: decision === "allow" && remember,
    }),
  });
  // The answer to our own decision may be here before its event.
  const { state, answered_by } = approval.state === "waiting" && answer.data ? answer.data : approval;
  const by = answered_by ?? t("approval.somebody");
  const summary = summaryOf(approval.arguments);
  return (
    <section className={classes.approval} data-state={state} aria-label={t("approval.title", { node: approval.node })}>
      <h2><IconShieldQuestion size={18} aria-hidden />{t("approval.title", { node: approval.node })}</h2>
      {approval.reason && <p>{approval.reason}</p>}
      <p className={classes.wants}>{t("approval.wants", { tool: approval.tool })}{approval.folder && <span>{t("approval.folder")}: <code>{approval.folder}</code></span>}</p>
      {summary && <pre tabIndex={0}>{summary.full}</pre>}
      {approval.preview ? <Diff text={approval.preview} label={t("approval.diff")} /> : <Arguments of={approval.arguments} without={summary?.key ?? null} />}
      {answer.error && <p className={classes.failed} role="alert">{errorText(answer.error)}</p>}
      {state === "waiting" ? (
        <div className={classes.decide}>
          <Button size="sm" loading={answer.isPending && answer.variables === "allow"} disabled={answer.isPending} onClick={() => answer.mutate("allow")}>{t("approval.allow")}</Button>
          <Button size="sm" variant="default" loading={answer.isPending && answer.variables === "deny"} disabled={answer.isPending} onClick={() => answer.mutate("deny")}>{t("approval.deny")}</Button>
          <Checkbox size="xs" label={t("approval.remember")} checked={remember} disabled={answer.isPending} onChange={(e) => setRemember(e.currentTarget.checked)} />
          <small>{t("approval.expires", { when: relative(approval.expires_at) })}</small>
        </div>
      ) : (
        <p className={classes.answered}>{state === "expired" ? t("approval.expired") : t(`approval.${state}`, { by })}</p>
      )}
    </section>
  );
}
