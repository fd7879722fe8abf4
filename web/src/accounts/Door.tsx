import type { ReactNode } from "react";
import { Logo } from "../ui/Logo";
import { Preferences } from "./Preferences";
import classes from "./accounts.module.css";

/** The frame of the pages outside: a card in the middle, language and appearance below it. */
export const Door = ({ title, subtitle, children }: { title: string; subtitle?: string; children: ReactNode }) => (
  <main className={classes.door}>
    <div className={classes.card}>
      <Logo size={40} />
      <h1>{title}</h1>
      {subtitle && <p className={classes.subtitle}>{subtitle}</p>}
      {children}
    </div>
    <Preferences />
  </main>
);
