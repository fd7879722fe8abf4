import { Fragment } from "react";

/** A sentence in which `backticks` mark what is typed into a terminal. */
export const Rich = ({ text }: { text: string }) => (
  <>{text.split("`").map((part, i) => (i % 2 ? <code key={i}>{part}</code> : <Fragment key={i}>{part}</Fragment>))}</>
);
