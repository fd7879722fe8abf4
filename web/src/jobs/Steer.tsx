import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlayerStopFilled, IconSend2 } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../accounts/session";
import { errorText } from "../api/errorText";
import type { Task } from "../api/types";
import { useToast } from "../app/Toasts";
import { useSteerTask, useStopTask } from "./jobs";
import classes from "./jobs.module.css";

const longest = 20_000;

/** Says something to the agent that works at a task, or ends that task alone. */
export function Steer({ task }: { task: Task }) {
  const { t } = useTranslation();
  const toast = useToast();
  const [text, setText] = useState("");
  const steer = useSteerTask(task);
  const stop = useStopTask(task);
  const guest = useMe().data?.user.role === "guest";
  if (guest) return null;
  return (
    <form
      className={classes.steer}
      onSubmit={(e) => {
        e.preventDefault();
        if (text.trim() !== "" && !steer.isPending) steer.mutate(text.trim(), { onSuccess: () => setText("") });
      }}
    >
      <TextInput
        size="sm" value={text} maxLength={longest} placeholder={t("job.steer")} aria-label={t("job.steerThis", { step: task.step })} error={steer.error && errorText(steer.error)}
        onChange={(e) => setText(e.currentTarget.value)}
        rightSection={(
          <ActionIcon type="submit" variant="subtle" loading={steer.isPending} disabled={text.trim() === ""} title={t("job.send")} aria-label={t("job.send")}><IconSend2 size={16} /></ActionIcon>
        )}
      />
      <Button
        variant="default" size="sm" leftSection={<IconPlayerStopFilled size={12} />} loading={stop.isPending} aria-label={t("job.stopStep", { step: task.step })}
        onClick={() => stop.mutate(undefined, { onError: (error) => toast(errorText(error), "error") })}
      >
        {t("job.stopThis")}
      </Button>
    </form>
  );
}

/** What was said to the agent of a task. */
export function Said({ task }: { task: Task }) {
  const { t } = useTranslation();
  if (!task.said?.length) return null;
  return (
    <ul className={classes.told} aria-label={t("job.told")}>
      {task.said.map((one) => (
        <li key={one.id}><strong>{one.by}</strong> {one.text}{one.heard !== null && <small> {t(one.heard ? "job.heard" : "job.unheard")}</small>}</li>
      ))}
    </ul>
  );
}
