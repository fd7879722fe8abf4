import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import classes from "./Shell.module.css";

export function NotFound() {
  const { t } = useTranslation();
  return <div className={classes.message}><p>{t("app.notFound")}</p><Link to="/">{t("app.goChat")}</Link></div>;
}
