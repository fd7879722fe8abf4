import { IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SummaryItem } from "../thread/view";
import classes from "./items.module.css";

export function Summary({ item }: { item: SummaryItem }) {
  const { t } = useTranslation();
  return (
    <details className={classes.thinking}>
      <summary><IconChevronRight size={14} aria-hidden /><span>{t("thread.summary")}</span></summary>
      <div>{item.text}</div>
    </details>
  );
}
