import { useMutation } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { errorText } from "../api/errorText";
import { useToast } from "../app/Toasts";
import classes from "./chat.module.css";
import { Composer } from "./Composer";
import { useChangeConversation, useConversation, useRefreshConversations } from "./conversations";
import { MachinePicker } from "./MachinePicker";
import { Thread } from "./Thread";
import { useThread } from "./thread/stores";
import { activeRun, isWorking } from "./thread/view";

export function ThreadPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const toast = useToast();
  const { store, state } = useThread(id);
  const conversation = useConversation(id);
  const change = useChangeConversation();
  const refresh = useRefreshConversations();
  const run = activeRun(state.view);
  const working = isWorking(state.view);
  const stop = useMutation({ mutationFn: () => store.stop(), onError: (error) => toast(errorText(error), "error") });

  const title = conversation.data?.title || t("list.untitled");
  useEffect(() => { document.title = `${title} · ${t("app.name")}`; }, [title, t]);
  // A run that starts or ends changes the title, the active machine and the order of the list.
  const refreshNow = useEffectEvent(refresh);
  useEffect(() => refreshNow(id), [id, run?.id]);

  if (state.refused?.status === 404) {
    return <div className={classes.gone}><p>{t("thread.gone")}</p><Link to="/">{t("list.new")}</Link></div>;
  }
  return (
    <div className={classes.page}>
      <header className={classes.header}><h1>{title}</h1></header>
      {(state.connection === "waiting" || state.refused) && (
        <p className={classes.offline} role="status">{state.refused ? errorText(state.refused) : t("thread.offline")}</p>
      )}
      <Thread store={store} state={state} />
      <Composer
        draftKey={id} working={working} workingOn={run?.node ?? null} stopping={stop.isPending}
        onSend={(text, interrupt) => void store.send(text, interrupt)} onStop={() => stop.mutate()}
        picker={(
          <MachinePicker
            node={conversation.data?.node ?? null}
            onPick={(node) => change.mutate({ id, node }, { onError: (error) => toast(errorText(error), "error") })}
          />
        )}
      />
    </div>
  );
}
