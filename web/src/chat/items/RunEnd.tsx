import { IconAlertTriangle, IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "../../ui/CopyButton";
import { Rich } from "../../ui/Rich";
import type { ThreadStore } from "../thread/store";
import { answerText, lastUserText, type ResumedItem, type RunEndItem } from "../thread/view";
import classes from "./items.module.css";

interface Props { item: RunEndItem; store: ThreadStore; last: boolean }

export function RunEnd({ item, store, last }: Props) {
  const { t, i18n } = useTranslation();
  if (item.outcome === "completed") {
    const number = new Intl.NumberFormat(i18n.language);
    const used = item.usage && item.usage.input + item.usage.output > 0 ? item.usage : null;
    return (
      <p className={classes.usage}>
        <CopyButton text={() => answerText(store.snapshot().view, item.runId)} />
        {used && t("end.tokens", { input: number.format(used.input), output: number.format(used.output) })}
        {item.cpt && ` · ${t("end.cost", { amount: Number(item.cpt) })}`}
      </p>
    );
  }
  if (item.outcome === "aborted") {
    return <p className={classes.quiet}><IconPlayerStop size={15} aria-hidden />{t("end.aborted")}</p>;
  }
  const text = item.outcome !== "failed" ? t(`end.${item.outcome}`)
    : item.node ? t("end.failed", { node: item.node }) : t("end.failedAny");
  const again = () => {
    const message = lastUserText(store.snapshot().view);
    if (message) void store.send(message);
  };
  return (
    <div className={classes.trouble} role="alert">
      <IconAlertTriangle size={17} aria-hidden />
      <div>
        <strong>{text}</strong>
        {item.error && <p><Rich text={item.error} /></p>}
        {last && item.outcome !== "turn_limit" && (
          <button type="button" className={classes.again} onClick={again}><IconRefresh size={14} aria-hidden />{t("app.retry")}</button>
        )}
      </div>
    </div>
  );
}

export function Resumed({ item }: { item: ResumedItem }) {
  const { t } = useTranslation();
  return <p className={classes.quiet}><IconRefresh size={15} aria-hidden />{t("thread.resumed", { node: item.node })}</p>;
}
