import { ActionIcon, Button, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconBulb, IconSearch, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { errorText } from "../api/errorText";
import type { Note } from "../api/types";
import { useToast } from "../app/Toasts";
import { Confirm } from "../ui/Confirm";
import { Empty } from "../ui/Empty";
import { fullTime, relative } from "../ui/format";
import { Page } from "../ui/Page";
import { Waiting } from "../ui/Waiting";
import classes from "./memory.module.css";
import { useForgetAll, useForgetNote, useNotes } from "./notes";

const typingMs = 250;
const shownOfText = 60;
const longestQuery = 200;

/** What the assistant remembers of the person. */
export default function MemoryPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const query = params.get("q") ?? "";
  const [typed, setTyped] = useState(query);
  const notes = useNotes(query);
  const all = notes.data?.pages.flatMap((page) => page.items) ?? [];
  const search = useDebouncedCallback((words: string) => {
    setParams((before) => { if (words) before.set("q", words); else before.delete("q"); return before; }, { replace: true });
  }, typingMs);
  const none = notes.isSuccess && all.length === 0;
  return (
    <Page title={t("memory.title")} intro={t("memory.intro")} action={!none || query ? <ForgetAll /> : undefined}>
      {(!none || query !== "" || typed !== "") && (
        <TextInput
          className={classes.search} type="search" leftSection={<IconSearch size={16} />} placeholder={t("memory.search")} aria-label={t("memory.search")} value={typed}
          maxLength={longestQuery} onChange={(e) => { setTyped(e.currentTarget.value); search(e.currentTarget.value.trim()); }}
        />
      )}
      <Waiting of={notes} />
      <div aria-live="polite">
        {none && (query ? <p className={classes.none}>{t("memory.noMatch")}</p> : <Empty icon={IconBulb} title={t("memory.none")} text={t("memory.noneText")} />)}
      </div>
      <ul className={classes.list} data-old={notes.isPlaceholderData}>{all.map((note) => <NoteRow key={note.id} note={note} />)}</ul>
      {notes.hasNextPage && (
        <Button variant="subtle" color="gray" size="sm" fullWidth mt="xs" loading={notes.isFetchingNextPage} onClick={() => void notes.fetchNextPage()}>{t("list.more")}</Button>
      )}
    </Page>
  );
}

function NoteRow({ note }: { note: Note }) {
  const { t } = useTranslation();
  const forget = useForgetNote();
  const [asking, setAsking] = useState(false);
  const short = note.text.length > shownOfText ? `${note.text.slice(0, shownOfText)}…` : note.text;
  const close = () => {
    setAsking(false);
    forget.reset();
  };
  return (
    <li className={classes.note}>
      <div>
        <p>{note.text}</p>
        <time dateTime={note.at} title={fullTime(note.at)}>{relative(note.at)}</time>
      </div>
      <ActionIcon variant="subtle" color="gray" title={t("memory.forget")} aria-label={t("memory.forgetThis", { text: short })} onClick={() => setAsking(true)}>
        <IconTrash size={17} />
      </ActionIcon>
      <Confirm
        opened={asking} title={t("memory.forgetTitle")} text={t("memory.forgetText", { text: short })} action={t("memory.forget")} busy={forget.isPending}
        error={forget.error && errorText(forget.error)} onClose={close} onConfirm={() => forget.mutate(note.id, { onSuccess: close })}
      />
    </li>
  );
}

function ForgetAll() {
  const { t } = useTranslation();
  const toast = useToast();
  const forget = useForgetAll();
  const [asking, setAsking] = useState(false);
  const close = () => {
    setAsking(false);
    forget.reset();
  };
  const done = ({ removed }: { removed: number }) => {
    close();
    toast(t("memory.gone", { count: removed }));
  };
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => setAsking(true)}>{t("memory.all")}</Button>
      <Confirm
        opened={asking} title={t("memory.allTitle")} text={t("memory.allText")} action={t("memory.all")} busy={forget.isPending}
        error={forget.error && errorText(forget.error)} onClose={close} onConfirm={() => forget.mutate(undefined, { onSuccess: done })}
      />
    </>
  );
}
