import { IconChevronRight } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { AnswerItem, BlockView } from "../thread/view";
import classes from "./items.module.css";

// Markdown and highlighting are half of the site's script: they come after the first paint.
const Markdown = lazy(() => import("../markdown/Markdown"));

export function Answer({ item }: { item: AnswerItem }) {
  const { t } = useTranslation();
  const text = item.blocks.filter((b) => b.kind === "text").map((b) => b.text).join("\n\n");
  const last = item.blocks.at(-1);
  if (!item.live && !text && !item.error && !item.blocks.some((b) => b.kind === "thinking")) return null;
  return (
    <article className={classes.answer} aria-busy={item.live}>
      {item.blocks.map((block) => (
        <Block key={block.index} block={block} live={item.live && block === last} />
      ))}
      {item.stopReason === "length" && <p className={classes.meta}>{t("thread.truncated")}</p>}
      {item.error && <p className={classes.failed}>{item.error}</p>}
    </article>
  );
}

function Block({ block, live }: { block: BlockView; live: boolean }) {
  const { t } = useTranslation();
  if (block.kind === "tool_call") {
    if (!live) return null;
    return <p className={classes.preparing}>{block.name ? t("tool.preparing", { name: block.name }) : t("tool.preparingAny")}</p>;
  }
  if (!block.text) return null;
  if (block.kind === "thinking") {
    return (
      <details className={classes.thinking}>
        <summary><IconChevronRight size={14} aria-hidden /><span data-live={live}>{t(live ? "thread.thinking" : "thread.thought")}</span></summary>
        <div>{block.text}</div>
      </details>
    );
  }
  return (
    <Suspense fallback={<div className={classes.plain}>{block.text}</div>}>
      <Markdown text={block.text} live={live} />
    </Suspense>
  );
}
