import { useTranslation } from "react-i18next";
import { activeRun, isWorking, type ThreadView } from "../thread/view";
import classes from "./items.module.css";

/** The line that says that something is being done while nothing else on the page moves. */
export function Working({ view }: { view: ThreadView }) {
  const { t } = useTranslation();
  const run = activeRun(view);
  const last = view.items.at(-1);
  const moving = (last?.kind === "answer" && last.live && last.blocks.some((b) => b.text)) || (last?.kind === "tool" && last.state === "running");
  const accepted = view.outgoing.length > 0 && view.outgoing.every((o) => o.delivery === "accepted");
  const asks = view.items.some((i) => i.kind === "approval" && i.approval.state === "waiting" && i.approval.run_id === run?.id);
  if (!isWorking(view) || asks || moving || (!run && !accepted)) return null;
  return (
    <p className={classes.working} role="status">
      <span className={classes.dots} aria-hidden><i /><i /><i /></span>
      {run?.node ? t("thread.working", { node: run.node }) : t("thread.starting")}
    </p>
  );
}
