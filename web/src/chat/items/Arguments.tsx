import { useTranslation } from "react-i18next";
import classes from "./items.module.css";

/** The arguments of a tool call that its headline does not show. */
export function Arguments({ of, without }: { of: Record<string, unknown> | null; without: string | null }) {
  const { t } = useTranslation();
  const rest = Object.entries(of ?? {}).filter(([key]) => key !== without);
  if (rest.length === 0) return null;
  return (
    <dl className={classes.args} aria-label={t("tool.arguments")}>
      {rest.map(([key, value]) => (
        <div key={key}><dt>{key}</dt><dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd></div>
      ))}
    </dl>
  );
}
