import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string; label: string; initial: string; maxLength: number; busy: boolean; error: string | null;
  onSave: (value: string) => void; onClose: () => void;
}

/** Asks for one line of text. Shown while it is mounted. */
export function Prompt({ title, label, initial, maxLength, busy, error, onSave, onClose }: Props) {
  const { t } = useTranslation();
  const [value, setValue] = useState(initial);
  const text = value.trim();
  return (
    <Modal opened onClose={onClose} title={title} centered lockScroll={false} closeButtonProps={{ "aria-label": t("app.close") }}>
      <form onSubmit={(e) => { e.preventDefault(); if (text) onSave(text); }}>
        <TextInput
          label={label} value={value} maxLength={maxLength} data-autofocus error={error}
          onChange={(e) => setValue(e.currentTarget.value)} onFocus={(e) => e.currentTarget.select()}
        />
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={onClose}>{t("app.cancel")}</Button>
          <Button type="submit" loading={busy} disabled={!text}>{t("app.save")}</Button>
        </Group>
      </form>
    </Modal>
  );
}
