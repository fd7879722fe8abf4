import type { NodeStatus } from "../api/types";
import classes from "./ui.module.css";

/** The state of a machine as a coloured dot; always shown beside its word or with a label. */
export const Dot = ({ status }: { status: NodeStatus }) => <span className={classes.dot} data-status={status} aria-hidden />;
