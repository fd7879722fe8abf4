import { Button } from "@mantine/core";
import { IconCheck, IconClock } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { ApiError } from "../api/client";
import { errorText } from "../api/errorText";
import type { Schedule } from "../api/types";
import { useToast } from "../app/Toasts";
import { Empty } from "../ui/Empty";
import { Facts } from "../ui/Facts";
import { useNow } from "../ui/now";
import { Page } from "../ui/Page";
import { Waiting } from "../ui/Waiting";
import { dueFirst, overOf } from "./order";
import { ScheduleForm } from "./ScheduleForm";
import { ScheduleRow, When } from "./ScheduleRow";
import { useOpenSchedules, useOverSchedules, useRemoveSchedule } from "./schedules";
import classes from "./schedules.module.css";

export default function SchedulesPage() {
  const { t } = useTranslation();
  const now = useNow(5_000);
  const open = useOpenSchedules();
  const [made, setMade] = useState<Schedule | null>(null);
  return (
    <Page title={t("schedules.title")} intro={t("schedules.intro")}>
      <ScheduleForm onMade={setMade} />
      {made && <Made schedule={made} now={now} onClose={() => setMade(null)} />}
      <Waiting of={open} />
      {open.data?.length === 0 && <Empty icon={IconClock} title={t("schedules.none")} text={t("schedules.noneText")} />}
      <ul className={classes.list}>{dueFirst(open.data ?? []).map((one) => <ScheduleRow key={one.id} schedule={one} now={now} />)}</ul>
      <Over now={now} />
    </Page>
  );
}

/** What the hub understood, with the way back. */
function Made({ schedule, now, onClose }: { schedule: Schedule; now: number; onClose: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const remove = useRemoveSchedule();
  // It may have been removed from the list already.
  const failed = (error: unknown) => (error instanceof ApiError && error.status === 404 ? onClose() : toast(errorText(error), "error"));
  return (
    <div className={classes.made} role="status">
      <IconCheck size={18} aria-hidden />
      <div>
        <p className={classes.what}><span>{t("schedules.made")} </span>{schedule.text}</p>
        <Facts><When schedule={schedule} now={now} /></Facts>
      </div>
      <div className={classes.buttons}>
        <Button
          size="xs" variant="default" loading={remove.isPending}
          onClick={() => remove.mutate(schedule.id, { onSuccess: onClose, onError: failed })}
        >
          {t("schedules.undo")}
        </Button>
        <Button size="xs" variant="subtle" color="gray" onClick={onClose}>{t("app.dismiss")}</Button>
      </div>
    </div>
  );
}

/** Those that do not come any more, kept out of sight until they are asked for. */
function Over({ now }: { now: number }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const wanted = params.has("over");
  const over = useOverSchedules(wanted);
  const ended = overOf(over.data?.pages.flatMap((page) => page.items) ?? []);
  return (
    <section className={classes.over} aria-label={t("schedules.over")}>
      <Button
        size="xs" variant="subtle" color="gray" aria-expanded={wanted}
        onClick={() => setParams((before) => { if (wanted) before.delete("over"); else before.set("over", ""); return before; }, { replace: true })}
      >
        {t(wanted ? "schedules.hideOver" : "schedules.showOver")}
      </Button>
      {wanted && (
        <>
          <Waiting of={over} />
          {over.isSuccess && ended.length === 0 && !over.hasNextPage && <p className={classes.none}>{t("schedules.noneOver")}</p>}
          <ul className={classes.list}>{ended.map((one) => <ScheduleRow key={one.id} schedule={one} now={now} />)}</ul>
          {over.hasNextPage && (
            <Button size="xs" variant="subtle" color="gray" fullWidth loading={over.isFetchingNextPage} onClick={() => void over.fetchNextPage()}>{t("list.more")}</Button>
          )}
        </>
      )}
    </section>
  );
}
