import { Button, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation } from "react-router";
import { ApiError } from "../api/client";
import { errorText } from "../api/errorText";
import classes from "./accounts.module.css";
import { useHub, useAccountLanguage, useMe } from "./session";

/** Lets signed-in people through; sends others to where they can sign in or set up the hub. */
export function SignedIn() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const me = useMe();
  const hub = useHub();
  useAccountLanguage();
  if (me.data) return <Outlet />;
  const error = me.error;
  if (error instanceof ApiError && (error.status === 401 || error.code === "unclaimed")) {
    if (error.code === "unclaimed" || hub.data?.claimed === false) return <Navigate to="/claim" replace />;
    if (hub.isPending) return <div className={classes.wait}><Loader aria-label={t("app.loading")} /></div>;
    return <Navigate to={pathname === "/" ? "/login" : `/login?next=${encodeURIComponent(pathname)}`} replace />;
  }
  if (error) {
    return (
      <div className={classes.wait} role="alert">
        <p>{errorText(error)}</p>
        <Button variant="default" onClick={() => void me.refetch()} loading={me.isFetching}>{t("app.retry")}</Button>
      </div>
    );
  }
  return <div className={classes.wait}><Loader aria-label={t("app.loading")} /></div>;
}
