import { ActionIcon } from "@mantine/core";
import { IconArrowUp, IconBolt, IconPlayerStopFilled } from "@tabler/icons-react";
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNodes } from "../fleet/nodes";
import classes from "./composer.module.css";
import { readDraft, writeDraft } from "./drafts";
import { SuggestionList } from "./SuggestionList";
import { suggest, type Suggestion } from "./suggestions";

interface Props {
  draftKey: string;
  workingOn: string | null;
  working: boolean;
  stopping: boolean;
  disabled?: boolean;
  picker: ReactNode;
  onSend: (text: string, interrupt: boolean) => void;
  onStop: () => void;
}

export const longestText = 100_000;
const tallest = 220;
// On a touch keyboard Enter is the only way to a new line; there the button sends.
const touch = matchMedia("(pointer: coarse)").matches;

export function Composer({ draftKey, workingOn, working, stopping, disabled, picker, onSend, onStop }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const nodes = useNodes().data ?? [];
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => readDraft(draftKey));
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const before = text.slice(0, caret);
  const suggestions = dismissed === before || !before ? null : suggest(before, nodes);
  const selected = suggestions?.options[Math.min(chosen, suggestions.options.length - 1)];

  useEffect(() => writeDraft(draftKey, text), [draftKey, text]);
  useEffect(() => { if (!touch) area.current?.focus(); }, []);
  useEffect(() => setChosen(0), [before]);
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "0";
    element.style.height = `${Math.min(element.scrollHeight, tallest)}px`;
  }, [text]);

  const tooLong = text.length > longestText;
  const send = (interrupt = false) => {
    const message = text.trim();
    if (!message || tooLong || disabled) return;
    setText("");
    onSend(message, interrupt);
    area.current?.focus();
  };
  const accept = (option: Suggestion) => {
    if (!suggestions) return;
    const inserted = text.slice(0, suggestions.from) + option.insert;
    setText(inserted + text.slice(caret));
    setDismissed(inserted);
    setCaret(inserted.length);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(inserted.length, inserted.length);
    });
  };
  const onKeyDown = (e: KeyboardEvent) => {
    // While an input method composes (Chinese, …), Enter and arrows belong to it.
    if (e.nativeEvent.isComposing || e.keyCode === 229) return;
    if (suggestions && selected && onSuggestionKey(e, suggestions.options.length)) return;
    if (e.key === "Enter" && !e.shiftKey && !touch) {
      e.preventDefault();
      send();
    }
  };
  const onSuggestionKey = (e: KeyboardEvent, count: number): boolean => {
    const exact = selected!.insert.trim() === before.slice(suggestions!.from).trim();
    if (e.key === "ArrowDown") setChosen((chosen + 1) % count);
    else if (e.key === "ArrowUp") setChosen((chosen + count - 1) % count);
    else if (e.key === "Escape") setDismissed(before);
    else if (e.key === "Tab" || (e.key === "Enter" && !e.shiftKey && !exact)) accept(selected!);
    else return false;
    e.preventDefault();
    e.stopPropagation();
    return true;
  };
  const moved = () => setCaret(area.current?.selectionStart ?? 0);

  return (
    <form className={classes.composer} onSubmit={(e) => { e.preventDefault(); send(); }}>
      {suggestions && (
        <SuggestionList id={id} options={suggestions.options} selected={selected ?? null} onChoose={accept} onHover={setChosen} />
      )}
      <div className={classes.box}>
        <textarea
          ref={area} className={classes.area} rows={1} value={text} aria-label={t("composer.label")} aria-describedby={`${id}-hint`}
          aria-autocomplete="list" aria-controls={suggestions ? id : undefined}
          aria-activedescendant={suggestions && selected ? `${id}-${suggestions.options.indexOf(selected)}` : undefined}
          placeholder={working && workingOn ? t("composer.steer", { node: workingOn }) : t("composer.placeholder")}
          onChange={(e) => { setText(e.currentTarget.value); setCaret(e.currentTarget.selectionStart); }}
          onKeyDown={onKeyDown} onSelect={moved}
        />
        <div className={classes.row}>
          {picker}
          <span className={classes.space} />
          {working && (
            <button type="button" className={classes.stop} onClick={onStop} disabled={stopping}>
              <IconPlayerStopFilled size={13} aria-hidden />{stopping ? t("composer.stopping") : t("composer.stop")}
            </button>
          )}
          {working && text.trim() && !text.trim().startsWith("/") && (
            <button type="button" className={classes.stop} onClick={() => send(true)} disabled={tooLong || disabled} title={t("composer.nowHint")}>
              <IconBolt size={14} aria-hidden />{t("composer.now")}
            </button>
          )}
          {(!working || text.trim()) && (
            <ActionIcon type="submit" size={34} radius="xl" aria-label={t("composer.send")} disabled={!text.trim() || tooLong || disabled}>
              <IconArrowUp size={19} />
            </ActionIcon>
          )}
        </div>
      </div>
      {tooLong && <p className={classes.problem} role="alert">{t("composer.tooLong", { count: text.length })}</p>}
      <p id={`${id}-hint`} className="visually-hidden">{t("composer.hint")}</p>
    </form>
  );
}
