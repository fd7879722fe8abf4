import { Button, Modal } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "../api/errorText";
import { Command } from "../ui/Command";
import { Page } from "../ui/Page";
import { Rich } from "../ui/Rich";
import { Waiting } from "../ui/Waiting";
import { leadsNowhereElse } from "./facts";
import { NodeCard } from "./NodeCard";
import classes from "./fleet.module.css";
import { useEnrol, useNodes } from "./nodes";

const order = { busy: 0, online: 0, offline: 1 };

export function NodesPage() {
  const { t } = useTranslation();
  const nodes = useNodes();
  const [adding, setAdding] = useState(false);
  const sorted = nodes.data?.toSorted((a, b) => order[a.status] - order[b.status] || a.name.localeCompare(b.name));
  return (
    <Page
      wide title={t("machines.title")} intro={t("machines.intro")}
      action={<Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>{t("machines.add")}</Button>}
    >
      <Waiting of={nodes} />
      {sorted?.length === 0 && <p className={classes.dim}>{t("machines.none")}</p>}
      <ul className={classes.grid}>{sorted?.map((node) => <NodeCard key={node.id} node={node} />)}</ul>
      {adding && <AddNode onClose={() => setAdding(false)} />}
    </Page>
  );
}

function AddNode({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const enrol = useEnrol();
  return (
    <Modal opened onClose={onClose} title={t("machines.addTitle")} centered lockScroll={false} size="lg" closeButtonProps={{ "aria-label": t("app.close") }}>
      {enrol.data ? (
        <>
          <p className={classes.text}>{t("machines.addText")}</p>
          <Command text={`${enrol.data.command} && muster node`} />
          <p className={classes.dim}>{t("machines.then")}</p>
          {leadsNowhereElse(enrol.data.token) && <p className={classes.caution}><Rich text={t("machines.onlyHere")} /></p>}
        </>
      ) : (
        <>
          <p className={classes.text}>{t("machines.addHow")}</p>
          {enrol.error && <p role="alert" className={classes.bad}>{errorText(enrol.error)}</p>}
          <Button loading={enrol.isPending} onClick={() => enrol.mutate()}>{t("machines.makeCommand")}</Button>
        </>
      )}
    </Modal>
  );
}
