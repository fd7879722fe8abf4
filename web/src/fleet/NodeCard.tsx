import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../accounts/session";
import { errorText } from "../api/errorText";
import type { Node } from "../api/types";
import { Confirm } from "../ui/Confirm";
import { Dot } from "../ui/Dot";
import { bytes, relative } from "../ui/format";
import { Prompt } from "../ui/Prompt";
import { commandsOf, rulesOnly } from "./facts";
import classes from "./fleet.module.css";
import { useRemoveNode, useRenameNode } from "./nodes";

export function NodeCard({ node }: { node: Node }) {
  const { t } = useTranslation();
  const mayManage = useMe().data?.scopes.includes("manage") ?? false;
  const [asking, setAsking] = useState<"rename" | "remove" | null>(null);
  const rename = useRenameNode();
  const remove = useRemoveNode();
  const commands = commandsOf(node);
  const close = () => {
    setAsking(null);
    rename.reset();
    remove.reset();
  };
  return (
    <li className={classes.card} data-status={node.status}>
      <div className={classes.top}>
        <Dot status={node.status} />
        <h2>{node.name}</h2>
        {node.active && <span className={classes.badge}>{t("machines.active")}</span>}
        {node.dialect === "phonework" && <span className={classes.badge}>{t("machines.phonework")}</span>}
        {mayManage && <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t("machines.actions", { name: node.name })}><IconDots size={16} /></ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setAsking("rename")}>{t("machines.rename")}</Menu.Item>
            <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={() => setAsking("remove")}>{t("machines.remove")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>}
      </div>
      <p className={classes.state}>
        {t(`status.${node.status}`)}
        {node.status === "offline" ? ` · ${t("machines.seen", { ago: relative(node.last_seen) })}` : ""}
        {node.runs > 0 ? ` · ${t("machines.runs", { count: node.runs })}` : ""}
        {node.load !== null && node.status !== "offline" ? ` · ${t("machines.load", { load: node.load.toFixed(2) })}` : ""}
      </p>
      <dl className={classes.facts}>
        <Fact name={t("machines.system")} value={[node.os, node.architecture, node.cores && t("machines.cores", { count: node.cores })].filter(Boolean).join(" · ")} />
        {node.memory_bytes && node.memory_free_bytes !== null && (
          <Fact name={t("machines.memory")} value={t("machines.memoryFree", { free: bytes(node.memory_free_bytes), total: bytes(node.memory_bytes) })} />
        )}
        <Fact name={t("machines.model")} value={rulesOnly(node) ? t("machines.rulesOnly") : node.model} />
        <Fact name={t("machines.folder")} value={node.working_dir} />
        <Fact name={t("machines.commands")} value={commands ? t(`machines.commandsIn.${commands}`) : node.isolation} />
      </dl>
      {asking === "rename" && (
        <Prompt
          title={t("machines.rename")} label={t("machines.name")} initial={node.name} maxLength={64} busy={rename.isPending}
          error={rename.error && errorText(rename.error)} onClose={close}
          onSave={(name) => rename.mutate({ id: node.id, name }, { onSuccess: close })}
        />
      )}
      <Confirm
        opened={asking === "remove"} title={t("machines.removeTitle", { name: node.name })} text={t("machines.removeText")}
        action={t("machines.remove")} busy={remove.isPending} error={remove.error && errorText(remove.error)} onClose={close}
        onConfirm={() => remove.mutate(node.id, { onSuccess: close })}
      />
    </li>
  );
}

const Fact = ({ name, value }: { name: string; value: string | null }) =>
  value ? <div><dt>{name}</dt><dd>{value}</dd></div> : null;
