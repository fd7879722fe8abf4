import { Link } from "react-router";
import type { NoticeItem } from "../thread/view";
import classes from "./items.module.css";
import { splitJobs } from "./toolText";

/** What the hub itself says: answers to commands, questions of the router, machines that come and go. */
export const Notice = ({ item }: { item: NoticeItem }) => (
  <div className={classes.notice} data-level={item.level} data-reply={item.replyTo !== null}>
    {splitJobs(item.text).map((part, i) => (i % 2 ? <Link key={i} to={`/jobs/${part}`}>{part}</Link> : part))}
  </div>
);
