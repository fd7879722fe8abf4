import { Button, Group, Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  opened: boolean; title: string; text: string; action: string; busy: boolean; error: string | null;
  onConfirm: () => void; onClose: () => void;
}

export function Confirm({ opened, title, text, action, busy, error, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered lockScroll={false} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Text size="sm">{text}</Text>
      {error && <Text size="sm" c="red" role="alert" mt="sm">{error}</Text>}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>{t("app.cancel")}</Button>
        <Button color="red" loading={busy} onClick={onConfirm}>{action}</Button>
      </Group>
    </Modal>
  );
}
