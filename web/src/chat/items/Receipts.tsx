import { IconPlayerStop } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { StopReceipt } from "../../api/types";
import { duration } from "../../ui/format";
import type { ReceiptsItem } from "../thread/view";
import classes from "./items.module.css";

export function Receipts({ item }: { item: ReceiptsItem }) {
  const { t } = useTranslation();
  const sentence = (receipt: StopReceipt): string => {
    if (receipt.stopped === null) return t("receipt.silent", { node: receipt.node });
    if (!receipt.stopped) return t("receipt.idle", { node: receipt.node });
    const done = t("receipt.stopped", { node: receipt.node, time: duration(receipt.milliseconds ?? 0) });
    return receipt.processes ? done + t("receipt.processes", { count: receipt.processes }) : done;
  };
  const lines = item.receipts.length > 0 ? item.receipts.map(sentence) : [t("receipt.nothing")];
  return lines.map((line) => <p key={line} className={classes.quiet}><IconPlayerStop size={15} aria-hidden />{line}</p>);
}
