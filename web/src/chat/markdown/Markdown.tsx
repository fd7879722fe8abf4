import { memo, useMemo } from "react";
import { useTranslation } from "react-i18next";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { CodeBlock } from "./CodeBlock";
import classes from "./markdown.module.css";
import { splitBlocks } from "./splitBlocks";

const plugins = [remarkGfm];

const components: Components = {
  a: ({ href, children }) => <a href={href} target="_blank" rel="noopener noreferrer nofollow">{children}</a>,
  // An image is fetched from wherever an answer says, which would tell that place; it is shown as a link.
  img: ({ src, alt }) => <ImageLink src={typeof src === "string" ? src : ""} alt={alt ?? ""} />,
  pre: ({ children }) => <>{children}</>,
  code: ({ className, children }) => {
    const text = String(children ?? "");
    const language = /language-([\w+#-]+)/.exec(className ?? "")?.[1] ?? null;
    return language !== null || text.endsWith("\n") ? <CodeBlock language={language} text={text.replace(/\n$/, "")} /> : <code>{text}</code>;
  },
  table: ({ children }) => <div className={classes.table} tabIndex={0}><table>{children}</table></div>,
};

/** An answer as Markdown. Raw HTML in it is shown as text, and only safe addresses become links. */
export default function Markdown({ text, live }: { text: string; live: boolean }) {
  // While it is written only its last block changes; the ones before are not parsed again.
  const blocks = useMemo(() => (live ? splitBlocks(text) : [text]), [text, live]);
  return <div className={classes.markdown}>{blocks.map((block, i) => <Block key={i} text={block} />)}</div>;
}

const Block = memo(function Block({ text }: { text: string }) {
  return <ReactMarkdown remarkPlugins={plugins} components={components}>{text}</ReactMarkdown>;
});

function ImageLink({ src, alt }: { src: string; alt: string }) {
  const { t } = useTranslation();
  return <a href={src} target="_blank" rel="noopener noreferrer nofollow">{t("thread.image", { text: alt || src })}</a>;
}
