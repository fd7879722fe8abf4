import { useMemo } from "react";
import { CopyButton } from "../../ui/CopyButton";
import { highlight } from "./highlight";
import classes from "./markdown.module.css";

export function CodeBlock({ language, text }: { language: string | null; text: string }) {
  const html = useMemo(() => highlight(text, language), [text, language]);
  return (
    <div className={classes.code}>
      <div className={classes.codeHead}><span>{language ?? ""}</span><CopyButton text={text} /></div>
      <pre tabIndex={0}>
        {/* highlight.js escapes what it is given and adds spans of its own only. */}
        {html === null ? <code>{text}</code> : <code dangerouslySetInnerHTML={{ __html: html }} />}
      </pre>
    </div>
  );
}
