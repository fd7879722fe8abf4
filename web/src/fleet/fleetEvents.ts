import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { EventStream } from "../api/eventStream";
import { whileVisible } from "../api/whileVisible";
import type { Approval, Node, ThreadEvents } from "../api/types";
import { useToast } from "../app/Toasts";
import { approvalsKey, withApproval } from "../approvals/approvals";
import { nodesKey, withNode } from "./nodes";

/** Keeps the list of machines true while the page is looked at, and shows what the fleet has to say. */
export function useFleetEvents(): void {
  const queries = useQueryClient();
  const toast = useToast();
  useEffect(() => {
    const open = () => new EventStream({
      url: "/api/v1/events",
      lastId: () => null,
      onEvents: (events) => {
        for (const event of events) {
          if (event.name === "node") {
            const node = JSON.parse(event.data) as Node;
            queries.setQueryData<Node[]>(nodesKey, (nodes) => withNode(nodes, node));
          } else if (event.name === "approval") {
            const approval = JSON.parse(event.data) as Approval;
            queries.setQueryData<Approval[]>(approvalsKey, (approvals) => withApproval(approvals, approval));
          } else if (event.name === "notice") {
            const notice = JSON.parse(event.data) as ThreadEvents["notice"];
            // The conversation has all of it, such as what a task printed.
            toast(notice.text.split("\n", 2).join(" "), notice.level);
          }
        }
      },
      onState: (state) => {
        if (state !== "open") return;
        for (const queryKey of [nodesKey, approvalsKey]) void queries.invalidateQueries({ queryKey });
      },
      onRefused: () => void queries.invalidateQueries({ queryKey: ["me"] }),
    });
    return whileVisible(open);
  }, [queries, toast]);
}
