import { CopyButton } from "./CopyButton";
import classes from "./ui.module.css";

/** A command line to be copied into a terminal. */
export const Command = ({ text }: { text: string }) => (
  <div className={classes.command}>
    <code tabIndex={0}>{text}</code>
    <CopyButton text={text} />
  </div>
);
