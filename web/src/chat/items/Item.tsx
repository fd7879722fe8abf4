import { memo } from "react";
import type { ThreadStore } from "../thread/store";
import type { ThreadItem } from "../thread/view";
import { Answer } from "./Answer";
import { ApprovalCard } from "./ApprovalCard";
import { BudgetCard } from "./BudgetCard";
import { FileCard } from "./FileCard";
import { Notice } from "./Notice";
import { Receipts } from "./Receipts";
import { Resumed, RunEnd } from "./RunEnd";
import { Summary } from "./Summary";
import { ToolCall } from "./ToolCall";
import { UserMessage } from "./UserMessage";
import classes from "./items.module.css";

interface Props { item: ThreadItem; store: ThreadStore; last: boolean }

/** One item of a thread. Items are values, so only those that changed are drawn again. */
export const Item = memo(function Item({ item, store, last }: Props) {
  return <div className={classes.item} data-kind={item.kind}>{draw(item, store, last)}</div>;
});

function draw(item: ThreadItem, store: ThreadStore, last: boolean) {
  switch (item.kind) {
    case "user": return <UserMessage item={item} />;
    case "answer": return <Answer item={item} />;
    case "tool": return <ToolCall item={item} />;
    case "end": return <RunEnd item={item} store={store} last={last} />;
    case "resumed": return <Resumed item={item} />;
    case "notice": return item.waiting ? <BudgetCard item={item} store={store} /> : <Notice item={item} />;
    case "file": return <FileCard item={item} />;
    case "summary": return <Summary item={item} />;
    case "approval": return <ApprovalCard approval={item.approval} />;
    case "receipts": return <Receipts item={item} />;
  }
}
