import type { Icon } from "@tabler/icons-react";
import classes from "./page.module.css";
import { Rich } from "./Rich";

/** What stands where a list has nothing in it, and how something gets there. */
export const Empty = ({ icon: Icon, title, text }: { icon: Icon; title: string; text?: string }) => (
  <div className={classes.empty}>
    <Icon size={28} stroke={1.4} aria-hidden />
    <p><strong>{title}</strong></p>
    {text && <p><Rich text={text} /></p>}
  </div>
);
