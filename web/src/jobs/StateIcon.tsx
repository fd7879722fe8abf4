import { Loader } from "@mantine/core";
import { IconCheck, IconClock, IconPlayerPause, IconPlayerStop, IconX } from "@tabler/icons-react";
import type { Job, TaskState } from "../api/types";
import classes from "./jobs.module.css";

/** The state of a job or a step as a small picture beside its word. */
export function StateIcon({ state }: { state: TaskState | Job["state"] }) {
  switch (state) {
    case "running": case "leased": case "verifying": return <Loader size={14} className={classes.icon} />;
    case "succeeded": return <IconCheck size={16} className={classes.icon} data-good aria-hidden />;
    case "failed": case "expired": return <IconX size={16} className={classes.icon} data-bad aria-hidden />;
    case "cancelled": case "skipped": return <IconPlayerStop size={16} className={classes.icon} aria-hidden />;
    case "paused": return <IconPlayerPause size={16} className={classes.icon} aria-hidden />;
    default: return <IconClock size={16} className={classes.icon} aria-hidden />;
  }
}
