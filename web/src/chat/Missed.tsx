import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconBell } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMe } from "../accounts/session";
import { request } from "../api/client";
import type { InboxNotice, Page } from "../api/types";
import { relative } from "../ui/format";
import classes from "./missed.module.css";

/** Notices that no channel has shown yet; they stay until the person says that they were seen. */
export function Missed() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const unread = useMe().data?.unread ?? 0;
  const inbox = useQuery({
    queryKey: ["inbox"], queryFn: () => request<Page<InboxNotice>>("GET", "/api/v1/inbox"), enabled: unread > 0,
  });
  const seen = useMutation({
    mutationFn: (number: number) => request<void>("POST", "/api/v1/inbox/seen", { number }),
    onSuccess: () => Promise.all([
      queries.invalidateQueries({ queryKey: ["me"] }), queries.invalidateQueries({ queryKey: ["inbox"] }),
    ]),
  });
  const notices = unread > 0 ? inbox.data?.items ?? [] : [];
  if (notices.length === 0) return null;
  return (
    <section className={classes.missed} aria-label={t("missed.title")}>
      <h2><IconBell size={16} aria-hidden />{t("missed.title")}</h2>
      <ul>
        {notices.map((n) => (
          <li key={n.number}>
            <span>{n.text}</span>{" "}
            <small>{relative(n.at)}{n.conversation_id && <> · <Link to={`/c/${n.conversation_id}`}>{t("missed.open")}</Link></>}</small>
          </li>
        ))}
      </ul>
      <Button size="xs" variant="default" loading={seen.isPending} onClick={() => seen.mutate(Math.max(...notices.map((n) => n.number)))}>
        {t("app.dismiss")}
      </Button>
    </section>
  );
}
