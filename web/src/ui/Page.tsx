import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./page.module.css";

interface Props { title: string; intro: string; action?: ReactNode; wide?: boolean; children: ReactNode }

/** A page with a heading; it names the browser's tab. */
export function Page({ title, intro, action, wide = false, children }: Props) {
  const { t } = useTranslation();
  useEffect(() => { document.title = `${title} · ${t("app.name")}`; }, [title, t]);
  return (
    <div className={classes.page} data-wide={wide}>
      <header className={classes.header}>
        <div><h1>{title}</h1><p>{intro}</p></div>
        {action}
      </header>
      {children}
    </div>
  );
}
