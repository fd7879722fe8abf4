import { IconArrowDown } from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./chat.module.css";
import { Item } from "./items/Item";
import { OutgoingMessage } from "./items/OutgoingMessage";
import { Working } from "./items/Working";
import type { ThreadState, ThreadStore } from "./thread/store";

// A reader looks at the end of a thread; what is far above is drawn when asked for.
const pageSize = 150;
const nearEnd = 60;

export function Thread({ store, state }: { store: ThreadStore; state: ThreadState }) {
  const { t } = useTranslation();
  const { view } = state;
  const scroll = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [away, setAway] = useState(false);
  const [shown, setShown] = useState(pageSize);
  const hidden = Math.max(0, view.items.length - shown);

  const toEnd = () => {
    following.current = true;
    setAway(false);
    scroll.current?.scrollTo({ top: scroll.current.scrollHeight });
  };
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (following.current) scroll.current?.scrollTo({ top: scroll.current.scrollHeight });
    });
    observer.observe(content.current!);
    observer.observe(scroll.current!);
    return () => observer.disconnect();
  }, []);
  // Whoever sends wants to see what comes of it.
  useLayoutEffect(() => { if (view.outgoing.length > 0) toEnd(); }, [view.outgoing.length]);

  // Moving up by hand lets go of the end; growing content alone does not.
  const lastTop = useRef(0);
  const onScroll = () => {
    const el = scroll.current!;
    const atEnd = el.scrollHeight - el.scrollTop - el.clientHeight < nearEnd;
    if (atEnd) following.current = true;
    else if (el.scrollTop < lastTop.current - 2) following.current = false;
    lastTop.current = el.scrollTop;
    setAway(!atEnd && !following.current);
  };

  return (
    <div className={classes.scroll} ref={scroll} onScroll={onScroll} tabIndex={-1}>
      <div className={classes.thread} ref={content} role="log" aria-label={t("thread.label")} aria-busy={!state.loaded}>
        {hidden > 0 && (
          <button type="button" className={classes.older} onClick={() => { following.current = false; setShown(shown + pageSize); }}>
            {t("thread.older", { count: hidden })}
          </button>
        )}
        {view.items.slice(hidden).map((item, i, all) => (
          <Item key={item.key} item={item} store={store} last={i === all.length - 1 && view.outgoing.length === 0} />
        ))}
        {view.outgoing.map((message) => <OutgoingMessage key={message.id} message={message} store={store} />)}
        <Working view={view} />
      </div>
      {away && (
        <button type="button" className={classes.latest} onClick={toEnd} aria-label={t("thread.latest")} title={t("thread.latest")}>
          <IconArrowDown size={18} />
        </button>
      )}
    </div>
  );
}
