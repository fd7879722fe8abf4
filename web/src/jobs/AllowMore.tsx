import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { errorText } from "../api/errorText";
import type { Task } from "../api/types";
import { useAllowMore, useTaskBudget } from "./jobs";
import classes from "./jobs.module.css";

/** For a task whose models have spent what they may: adds what lets it go on. */
export function AllowMore({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { data: budget } = useTaskBudget(task);
  const allow = useAllowMore(task);
  const more = budget?.more_cpt;
  if (!more) return null;
  return (
    <>
      <Button size="sm" loading={allow.isPending} onClick={() => allow.mutate(more)}>{t("budget.allow", { amount: Number(more) })}</Button>
      {allow.error && <p className={classes.reason} role="alert">{errorText(allow.error)}</p>}
    </>
  );
}
