import { useTranslation } from "react-i18next";
import type { ThreadStore } from "../thread/store";
import type { Outgoing } from "../thread/view";
import classes from "./items.module.css";

export function OutgoingMessage({ message, store }: { message: Outgoing; store: ThreadStore }) {
  const { t } = useTranslation();
  const failed = message.delivery === "failed";
  return (
    <div className={classes.item}>
      <div className={classes.user}>
        <p className={classes.bubble} data-pending={!failed}>{message.text}</p>
        <p className={classes.meta} role={failed ? "alert" : undefined} data-bad={failed}>
          {message.delivery === "sending" && t("thread.sending")}
          {message.delivery === "retrying" && t("thread.retrying")}
          {failed && (
            <>
              {t("thread.notSent")} {message.error}{" "}
              <button type="button" className={classes.link} onClick={() => void store.resend(message.id)}>{t("app.retry")}</button>{" "}
              <button type="button" className={classes.link} onClick={() => store.discard(message.id)}>{t("thread.discard")}</button>
            </>
          )}
        </p>
      </div>
    </div>
  );
}
