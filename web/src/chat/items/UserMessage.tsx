import { IconArrowRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { routeMatters } from "../../fleet/facts";
import { useNodes } from "../../fleet/nodes";
import { clock, fullTime } from "../../ui/format";
import type { UserItem } from "../thread/view";
import classes from "./items.module.css";

const quietChannels = new Set(["web", ""]);

export function UserMessage({ item }: { item: UserItem }) {
  const { t } = useTranslation();
  const nodes = useNodes().data;
  const notes = [
    item.routed?.steered ? t("thread.steered") : null,
    quietChannels.has(item.channel ?? "") ? null : t("thread.via", { channel: item.channel }),
  ].filter(Boolean);
  return (
    <>
      <div className={classes.user}>
        <p className={classes.bubble}><span className="visually-hidden">{t("thread.you")}: </span>{item.text}</p>
        <p className={classes.meta}>
          {notes.map((note) => <span key={note}>{note} · </span>)}
          <time dateTime={item.at} title={fullTime(item.at)}>{clock(item.at)}</time>
        </p>
      </div>
      {item.routed && !item.routed.steered && routeMatters(nodes, item.routed.node) && (
        <p className={classes.routed}>
          <IconArrowRight size={14} aria-hidden />{!item.routed.reason.includes(item.routed.node) && <strong>{item.routed.node}</strong>}
          {item.routed.reason && <span>{item.routed.reason}</span>}
        </p>
      )}
    </>
  );
}
