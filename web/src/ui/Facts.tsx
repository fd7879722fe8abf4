import type { ReactNode } from "react";
import classes from "./facts.module.css";

/** Short facts in a row, each an element of its own. `trouble`: they are worth a look. */
export const Facts = ({ children, trouble = false }: { children: ReactNode; trouble?: boolean }) => (
  <p className={classes.facts} data-trouble={trouble}>{children}</p>
);
