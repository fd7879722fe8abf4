import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { errorText } from "../api/errorText";
import type { Task } from "../api/types";
import { useAllowMore, useTaskBudget } from "./jobs";
import classes from "./jobs.module.css";

/** For a task whose models have spent what they may: what its reason says would let it go on, or else as much again. */
export function AllowMore({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { data: budget } = useTaskBudget(task.id);
  const allow = useAllowMore(task);
  const more = /\+(\d+(?:\.\d+)?)/.exec(task.reason ?? "")?.[1] ?? budget?.max_cpt;
  if (!budget?.max_cpt || !more) return null;
  return (
    <>
      <Button size="sm" loading={allow.isPending} onClick={() => allow.mutate(more)}>{t("budget.allow", { amount: Number(more) })}</Button>
      {allow.error && <p className={classes.reason} role="alert">{errorText(allow.error)}</p>}
    </>
  );
}
