import { Button, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { errorText } from "../api/errorText";
import classes from "./page.module.css";

interface Props { of: { isPending: boolean; isFetching: boolean; error: unknown; refetch: () => unknown } }

/** Says that what a page shows is still coming, or why it is not there or not the newest. */
export function Waiting({ of: query }: Props) {
  const { t } = useTranslation();
  if (query.error) {
    return (
      <div className={classes.trouble} role="alert">
        <p>{errorText(query.error)}</p>
        <Button size="xs" variant="default" loading={query.isFetching} onClick={() => void query.refetch()}>{t("app.retry")}</Button>
      </div>
    );
  }
  return query.isPending ? <p className={classes.coming}><Loader size="sm" aria-label={t("app.loading")} /></p> : null;
}
