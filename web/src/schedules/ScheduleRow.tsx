import { ActionIcon } from "@mantine/core";
import { IconBell, IconPlayerPause, IconPlayerPlay, IconRobot, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { errorText } from "../api/errorText";
import type { Schedule } from "../api/types";
import { useToast } from "../app/Toasts";
import { Confirm } from "../ui/Confirm";
import { Facts } from "../ui/Facts";
import { dayTime, dueIn, fullTime } from "../ui/format";
import { useHoldSchedule, useRemoveSchedule } from "./schedules";
import classes from "./schedules.module.css";
import { myZone, otherZone, outcomeWords, ruleWords } from "./words";

const shownOfText = 60;

export function ScheduleRow({ schedule, now }: { schedule: Schedule; now: number }) {
  const { t } = useTranslation();
  const toast = useToast();
  const hold = useHoldSchedule();
  const remove = useRemoveSchedule();
  const [removing, setRemoving] = useState(false);
  const { state, kind, node, session, conversation_id: conversation } = schedule;
  const asks = kind === "instruction";
  const short = schedule.text.length > shownOfText ? `${schedule.text.slice(0, shownOfText)}…` : schedule.text;
  const verb = state === "paused" ? "resume" : "pause";
  const close = () => {
    setRemoving(false);
    remove.reset();
  };
  return (
    <li className={classes.row} data-state={state}>
      <span className={classes.kind}>{asks ? <IconRobot size={18} stroke={1.7} aria-hidden /> : <IconBell size={18} stroke={1.7} aria-hidden />}</span>
      <div className={classes.body}>
        <p className={classes.what}>{schedule.text}</p>
        <Facts>
          {state === "paused" && <span><span className={classes.badge}>{t("schedules.paused")}</span></span>}
          {state === "ended" && <span><span className={classes.badge}>{t("schedules.ended")}</span></span>}
          <When schedule={schedule} now={now} />
          {asks && <span>{t("schedules.assistant")}</span>}
          {node && <span>{t("schedules.on", { node })}</span>}
          {session && <span>{t("schedules.session", { session })}</span>}
          {conversation && <span><Link to={`/c/${conversation}`}>{t("schedules.conversation")}</Link></span>}
        </Facts>
        <Last schedule={schedule} now={now} />
      </div>
      <div className={classes.buttons}>
        {state !== "ended" && (
          <ActionIcon
            variant="subtle" color="gray" title={t(`schedules.${verb}`)} aria-label={t(`schedules.${verb}This`, { text: short })} loading={hold.isPending}
            onClick={() => hold.mutate({ id: schedule.id, verb }, { onError: (error) => toast(errorText(error), "error") })}
          >
            {verb === "pause" ? <IconPlayerPause size={17} /> : <IconPlayerPlay size={17} />}
          </ActionIcon>
        )}
        <ActionIcon variant="subtle" color="gray" title={t("schedules.remove")} aria-label={t("schedules.removeThis", { text: short })} onClick={() => setRemoving(true)}>
          <IconTrash size={17} />
        </ActionIcon>
      </div>
      <Confirm
        opened={removing} title={t("schedules.removeTitle")} text={t("schedules.removeText", { text: short })} action={t("schedules.remove")}
        busy={remove.isPending} error={remove.error && errorText(remove.error)} onClose={close} onConfirm={() => remove.mutate(schedule.id, { onSuccess: close })}
      />
    </li>
  );
}

/** When it comes next and how it repeats: "in 22 hours · tomorrow at 09:00 · every weekday at 09:00". */
export function When({ schedule, now }: { schedule: Schedule; now: number }) {
  const { t } = useTranslation();
  const { state, next_at: next, max_runs: most, runs } = schedule;
  const rule = ruleWords(schedule);
  const zone = otherZone(schedule, myZone());
  return (
    <>
      {next && state === "active" && <strong>{dueIn(next, now)}</strong>}
      {next && state !== "ended" && <time dateTime={next} title={fullTime(next)}>{dayTime(next, now)}</time>}
      {rule && <span>{rule}{zone && ` (${zone})`}</span>}
      {most !== null && <span>{t("schedules.times", { count: most })}</span>}
      {rule && runs > 0 && <span>{t("schedules.runs", { count: runs })}</span>}
    </>
  );
}

function Last({ schedule, now }: { schedule: Schedule; now: number }) {
  const { t } = useTranslation();
  const { last_at: last, last_outcome: outcome, delivered, kind } = schedule;
  if (!last || !outcome) return null;
  const { text, trouble } = outcomeWords(outcome);
  const asks = kind === "instruction";
  const arrived = delivered === null ? null : t(`schedules.${asks ? (delivered ? "taken" : "untaken") : delivered ? "seen" : "unseen"}`);
  return (
    <Facts trouble={trouble || delivered === false}>
      <span>{t("schedules.last", { when: dayTime(last, now) })}</span>
      <span>{text}</span>
      {arrived && <span>{arrived}</span>}
    </Facts>
  );
}
