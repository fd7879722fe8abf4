import classes from "./items.module.css";

/** A unified diff, line by line, as a person reads it. */
export function Diff({ text, label }: { text: string; label: string }) {
  const lines = text.replace(/\n$/, "").split("\n");
  return (
    <pre className={classes.diff} tabIndex={0} aria-label={label}>
      {lines.map((line, at) => <span key={at} data-kind={kindOf(line)}>{line || " "}</span>)}
    </pre>
  );
}

function kindOf(line: string): "head" | "added" | "removed" | "same" {
  return line.startsWith("+++") || line.startsWith("---") || line.startsWith("@@") ? "head" : line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same";
}
