import { useMutation } from "@tanstack/react-query";
import { IconArrowUpRight } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { errorText } from "../api/errorText";
import { ulid } from "../api/ulid";
import { nobodyHasAModel } from "../fleet/facts";
import { useNodes } from "../fleet/nodes";
import classes from "./chat.module.css";
import { Composer } from "./Composer";
import { createConversation, useRefreshConversations } from "./conversations";
import { writeDraft } from "./drafts";
import { Missed } from "./Missed";
import { MachinePicker } from "./MachinePicker";
import { Rich } from "../ui/Rich";
import { threadStore } from "./thread/stores";

const examples = ["empty.disk", "empty.nodes", "empty.memory", "empty.files"] as const;

/** The page before a conversation: the first message makes it. */
export function NewChat() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const refresh = useRefreshConversations();
  const nodes = useNodes();
  const [picked, setPicked] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  // One key until it succeeds: sending again after a lost answer must not make a second conversation.
  const key = useRef(ulid());
  const active = nodes.data?.find((n) => n.active) ?? (nodes.data?.length === 1 ? nodes.data[0] : undefined);

  const start = useMutation({
    mutationFn: () => createConversation(picked, key.current),
  });
  const pick = (node: string) => {
    // Another request, so another key.
    key.current = ulid();
    setPicked(node);
  };
  const send = (text: string) => start.mutate(undefined, {
    onSuccess: (conversation) => {
      key.current = ulid();
      void threadStore(conversation.id).send(text).then(() => refresh(conversation.id));
      void navigate(`/c/${conversation.id}`);
    },
    onError: () => {
      writeDraft("new", text);
      setAttempt((n) => n + 1);
    },
  });
  useEffect(() => { document.title = t("app.name"); }, [t]);

  return (
    <div className={classes.fresh}>
      <Missed />
      <div className={classes.welcome}>
        <h1>{t("empty.title")}</h1>
        <p>{t("empty.text")}</p>
        <ul className={classes.examples}>
          {examples.map((example) => (
            <li key={example}>
              <button type="button" disabled={start.isPending} onClick={() => send(t(example))}>
                <span>{t(example)}</span><IconArrowUpRight size={16} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
        {nodes.data?.length === 0 && <p className={classes.hint}>{t("empty.noNodes")} <Link to="/nodes">{t("empty.addNode")}</Link></p>}
        {nobodyHasAModel(nodes.data) && (
          <details className={classes.noModel}>
            <summary>{t("empty.noModel")} <span>{t("empty.useModel")}</span></summary>
            <p><Rich text={t("empty.howModel")} /></p>
          </details>
        )}
      </div>
      {start.error && <p className={classes.problem} role="alert">{errorText(start.error)}</p>}
      <Composer
        key={attempt} draftKey="new" working={false} workingOn={null} stopping={false} disabled={start.isPending} onSend={send} onStop={() => undefined}
        picker={<MachinePicker node={picked ?? active?.name ?? null} onPick={pick} />}
      />
    </div>
  );
}
