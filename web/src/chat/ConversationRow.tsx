import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Conversation } from "../api/types";
import classes from "./list.module.css";

interface Props { conversation: Conversation; here: boolean; onOpen: () => void; onRename: () => void; onDelete: () => void }

export function ConversationRow({ conversation, here, onOpen, onRename, onDelete }: Props) {
  const { t } = useTranslation();
  const title = conversation.title || t("list.untitled");
  return (
    <li className={classes.row} data-here={here}>
      <Link to={`/c/${conversation.id}`} onClick={onOpen} aria-current={here ? "page" : undefined} title={title}>
        <span>{title}</span>
        {conversation.running && <span className={classes.running} role="img" aria-label={t("list.running")} />}
      </Link>
      <Menu position="bottom-end" width={160}>
        <Menu.Target>
          <ActionIcon className={classes.more} variant="subtle" color="gray" size="sm" aria-label={t("list.actions", { title })}>
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={onRename}>{t("list.rename")}</Menu.Item>
          <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={onDelete}>{t("list.delete")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
