import { Button } from "@mantine/core";
import { IconCoins } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ThreadStore } from "../thread/store";
import type { NoticeItem } from "../thread/view";
import classes from "./items.module.css";

interface Props { item: NoticeItem; store: ThreadStore }

/** Work that waits because it has spent what it may. */
export function BudgetCard({ item, store }: Props) {
  const { t } = useTranslation();
  const [answered, setAnswered] = useState(false);
  const more = item.waiting?.more;
  const answer = (act: () => Promise<void>) => {
    setAnswered(true);
    void act().finally(() => setAnswered(false));
  };
  return (
    <section className={classes.approval} data-state="waiting" aria-label={t("budget.title")}>
      <h2><IconCoins size={18} aria-hidden />{t("budget.title")}</h2>
      <p>{item.text}</p>
      <div className={classes.decide}>
        {more && <Button size="sm" disabled={answered} onClick={() => answer(() => store.send(`/budget +${more}`))}>{t("budget.allow", { amount: Number(more) })}</Button>}
        <Button size="sm" variant="default" disabled={answered} onClick={() => answer(() => store.stop())}>{t("composer.stop")}</Button>
      </div>
    </section>
  );
}
