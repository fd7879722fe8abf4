import { Menu, UnstyledButton } from "@mantine/core";
import { IconCheck, IconChevronDown, IconServer2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useNodes } from "../fleet/nodes";
import { Dot } from "../ui/Dot";
import { relative } from "../ui/format";
import classes from "./composer.module.css";

interface Props { node: string | null; onPick: (node: string) => void }

/** Which machine answers next. */
export function MachinePicker({ node, onPick }: Props) {
  const { t } = useTranslation();
  const nodes = useNodes().data ?? [];
  const current = nodes.find((n) => n.name === node);
  const name = node ?? (nodes.length > 0 ? t("picker.auto") : t("picker.none"));
  return (
    <Menu position="top-start" width={260}>
      <Menu.Target>
        <UnstyledButton className={classes.picker} aria-label={`${t("picker.label")}: ${name}`} title={t("picker.label")}>
          <Dot status={current?.status ?? "offline"} /><span>{name}</span><IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("picker.label")}</Menu.Label>
        {nodes.map((n) => (
          <Menu.Item
            key={n.id} onClick={() => onPick(n.name)} aria-current={n.name === node ? "true" : undefined}
            rightSection={n.name === node ? <IconCheck size={15} /> : undefined}
          >
            <span className={classes.node}>
              <Dot status={n.status} />{n.name}
              <small>{n.status === "offline" ? t("picker.offlineHint", { ago: relative(n.last_seen) }) : t(`status.${n.status}`)}</small>
            </span>
          </Menu.Item>
        ))}
        {nodes.length > 0 && <Menu.Divider />}
        <Menu.Item component={Link} to="/nodes" leftSection={<IconServer2 size={15} />}>{t("picker.manage")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
