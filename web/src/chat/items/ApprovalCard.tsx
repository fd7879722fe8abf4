import { Button, Checkbox } from "@mantine/core";
import { useRef, useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { IconShieldQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client";
import { errorText } from "../../api/errorText";
import type { Approval } from "../../api/types";
import { useRefreshApprovals } from "../../approvals/approvals";
import { relative } from "../../ui/format";
import { useNow } from "../../ui/now";
import classes from "./items.module.css";
import { Arguments } from "./Arguments";
import { Diff } from "./Diff";
import { summaryOf, visible, visibleArguments } from "./toolText";

const shownDigest = 12;

/**
 * A tool call that waits for a person's yes, in its conversation and where all of them are listed.
 * `gone`: it does not wait any more, and how that came is not known here.
 */
export function ApprovalCard({ approval, gone = false }: { approval: Approval; gone?: boolean }) {
  const { t } = useTranslation();
  const refresh = useRefreshApprovals();
  const card = useRef<HTMLElement>(null);
  // Said of one digest: another call needs to be told so anew.
  const [remembered, setRemembered] = useState<string | null>(null);
  const remember = remembered === (approval.digest ?? "");
  const answer = useMutation({
    mutationFn: (decision: "allow" | "deny") => request<Approval>("POST", `/api/v1/approvals/${approval.id}`, {
      // Bound to what is shown here: what has changed since is not answered.
      decision, digest: approval.digest, remember: decision === "allow" && remember,
    }),
    // The button that was pressed is gone; who works with the keyboard goes on from here.
    onSuccess: () => card.current?.focus({ preventScroll: true }),
    onSettled: refresh,
  });
  // The answer to our own decision may be here before its event; it says nothing about a call that is asked anew.
  const mine = answer.data?.digest === approval.digest ? answer.data : undefined;
  const { state, answered_by } = approval.state === "waiting" && mine ? mine : approval;
  const by = answered_by ?? t("approval.somebody");
  const args = visibleArguments(approval.arguments);
  const summary = summaryOf(args);
  return (
    <section ref={card} tabIndex={-1} className={classes.approval} data-state={state} aria-label={t("approval.title", { node: approval.node })}>
      <h2><IconShieldQuestion size={18} aria-hidden />{t("approval.title", { node: approval.node })}</h2>
      {approval.reason && <p>{visible(approval.reason)}</p>}
      <p className={classes.wants}>{t("approval.wants", { tool: approval.tool })}{approval.folder && <span>{t("approval.folder")}: <code>{visible(approval.folder)}</code></span>}</p>
      {summary && <pre tabIndex={0}>{summary.full}</pre>}
      {approval.preview ? <Diff text={visible(approval.preview)} label={t("approval.diff")} /> : <Arguments of={args} without={summary?.key ?? null} />}
      {approval.digest && <small className={classes.digest} title={t("approval.digestHint")}>{t("approval.digest", { digest: approval.digest.slice(0, shownDigest) })}</small>}
      {answer.error && <p className={classes.failed} role="alert">{errorText(answer.error)}</p>}
      {state === "waiting" && gone && <p className={classes.answered}>{t("approval.gone")}</p>}
      {state === "waiting" && !gone && (
        <div className={classes.decide}>
          <Button size="sm" loading={answer.isPending && answer.variables === "allow"} disabled={answer.isPending} onClick={() => answer.mutate("allow")}>{t("approval.allow")}</Button>
          <Button size="sm" variant="default" loading={answer.isPending && answer.variables === "deny"} disabled={answer.isPending} onClick={() => answer.mutate("deny")}>{t("approval.deny")}</Button>
          <Checkbox size="xs" label={t("approval.remember")} checked={remember} disabled={answer.isPending} onChange={(e) => setRemembered(e.currentTarget.checked ? approval.digest ?? "" : null)} />
          <Expiry at={approval.expires_at} />
        </div>
      )}
      {state !== "waiting" && <p className={classes.answered}>{state === "expired" ? t("approval.expired") : t(`approval.${state}`, { by })}</p>}
    </section>
  );
}

function Expiry({ at }: { at: string }) {
  const { t } = useTranslation();
  return <small>{t("approval.expires", { when: relative(at, useNow()) })}</small>;
}
