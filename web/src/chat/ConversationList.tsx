import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate } from "react-router";
import { errorText } from "../api/errorText";
import type { Conversation } from "../api/types";
import { Confirm } from "../ui/Confirm";
import { Prompt } from "../ui/Prompt";
import { ConversationRow } from "./ConversationRow";
import classes from "./list.module.css";
import { ageOf, useChangeConversation, useConversations, useDeleteConversation, type Age } from "./conversations";

const searchFrom = 8;
const ages: Age[] = ["today", "yesterday", "week", "older"];

export function ConversationList({ onOpen }: { onOpen: () => void }) {
  const { t } = useTranslation();
  const conversations = useConversations();
  const { pathname } = useLocation();
  const [search, setSearch] = useState("");
  const [asking, setAsking] = useState<{ what: "rename" | "delete"; about: Conversation } | null>(null);
  const all = conversations.data?.pages.flatMap((page) => page.items) ?? [];
  const wanted = search.trim().toLowerCase();
  const found = wanted ? all.filter((c) => (c.title ?? t("list.untitled")).toLowerCase().includes(wanted)) : all;
  const now = new Date();

  return (
    <section className={classes.list} aria-label={t("list.title")}>
      <div className={classes.tools}>
        <Button component={Link} to="/" onClick={onOpen} variant="default" fullWidth size="sm" leftSection={<IconPlus size={16} />}>
          {t("list.new")}
        </Button>
        {all.length >= searchFrom && (
          <TextInput
            size="xs" leftSection={<IconSearch size={14} />} placeholder={t("list.search")} aria-label={t("list.search")}
            value={search} onChange={(e) => setSearch(e.currentTarget.value)} type="search"
          />
        )}
      </div>
      <div className={classes.scroll}>
        {conversations.error && <p className={classes.note} role="alert">{errorText(conversations.error)}</p>}
        {conversations.isSuccess && found.length === 0 && <p className={classes.note}>{t(wanted ? "list.noMatch" : "list.empty")}</p>}
        {ages.map((age) => {
          const here = found.filter((c) => ageOf(c.updated_at, now) === age);
          return here.length > 0 && (
            <div key={age}>
              <h2 className={classes.age}>{t(`list.${age}`)}</h2>
              <ul>
                {here.map((c) => (
                  <ConversationRow
                    key={c.id} conversation={c} here={pathname === `/c/${c.id}`} onOpen={onOpen}
                    onRename={() => setAsking({ what: "rename", about: c })} onDelete={() => setAsking({ what: "delete", about: c })}
                  />
                ))}
              </ul>
            </div>
          );
        })}
        {conversations.hasNextPage && (
          <Button variant="subtle" color="gray" size="xs" fullWidth loading={conversations.isFetchingNextPage} onClick={() => void conversations.fetchNextPage()}>
            {t("list.more")}
          </Button>
        )}
      </div>
      {asking?.what === "rename" && <Rename conversation={asking.about} onClose={() => setAsking(null)} />}
      {asking?.what === "delete" && <Delete conversation={asking.about} onClose={() => setAsking(null)} />}
    </section>
  );
}

function Rename({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChangeConversation();
  return (
    <Prompt
      title={t("list.renameTitle")} label={t("list.titleLabel")} initial={conversation.title ?? ""} maxLength={200} busy={change.isPending}
      error={change.error && errorText(change.error)} onClose={onClose}
      onSave={(title) => change.mutate({ id: conversation.id, title }, { onSuccess: onClose })}
    />
  );
}

function Delete({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useDeleteConversation();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const done = () => {
    if (pathname === `/c/${conversation.id}`) void navigate("/");
    onClose();
  };
  return (
    <Confirm
      opened title={t("list.deleteTitle")} text={t("list.deleteText", { title: conversation.title ?? t("list.untitled") })}
      action={t("list.delete")} busy={remove.isPending} error={remove.error && errorText(remove.error)} onClose={onClose}
      onConfirm={() => remove.mutate(conversation.id, { onSuccess: done })}
    />
  );
}
