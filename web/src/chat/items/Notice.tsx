import type { NoticeItem } from "../thread/view";
import classes from "./items.module.css";

/** What the hub itself says: answers to commands, questions of the router, machines that come and go. */
export const Notice = ({ item }: { item: NoticeItem }) => (
  <div className={classes.notice} data-level={item.level} data-reply={item.replyTo !== null}>{item.text}</div>
);
