import { IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ApprovalCard } from "../chat/items/ApprovalCard";
import { useConversation } from "../chat/conversations";
import { Empty } from "../ui/Empty";
import { useNow } from "../ui/now";
import { Page } from "../ui/Page";
import { Waiting } from "../ui/Waiting";
import { shownNow, useApprovals, type Shown } from "./approvals";
import classes from "./approvals.module.css";

/** All that waits for a yes, from every conversation. */
export default function ApprovalsPage() {
  const { t } = useTranslation();
  const approvals = useApprovals();
  // The list may be newer than the clock that is drawn.
  const now = Math.max(useNow(), approvals.dataUpdatedAt);
  const [state, setState] = useState<{ of: unknown; at: number; shown: Shown[] }>({ of: undefined, at: 0, shown: [] });
  // Derived from the list and what was shown before it, so it is brought up to date while drawing.
  if (approvals.data && (state.of !== approvals.data || state.at !== now)) {
    setState({ of: approvals.data, at: now, shown: shownNow(state.shown, approvals.data, now) });
  }
  return (
    <Page title={t("approvals.title")} intro={t("approvals.intro")}>
      <Waiting of={approvals} />
      {approvals.data && state.shown.length === 0 && <Empty icon={IconShieldCheck} title={t("approvals.none")} text={t("approvals.noneText")} />}
      <ul className={classes.list}>
        {state.shown.map(({ approval, gone }) => (
          <li key={approval.id}>
            <Origin conversation={approval.conversation_id} />
            <ApprovalCard approval={approval} gone={gone} />
          </li>
        ))}
      </ul>
    </Page>
  );
}

function Origin({ conversation }: { conversation: string }) {
  const { t } = useTranslation();
  const { data } = useConversation(conversation);
  return <p className={classes.from}>{t("approvals.from")} <Link to={`/c/${conversation}`}>{data?.title || t("list.untitled")}</Link></p>;
}
