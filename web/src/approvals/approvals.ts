import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { request } from "../api/client";
import type { Approval, Page } from "../api/types";

export const approvalsKey = ["approvals"];

/** Those that wait for this person's yes in all conversations, and of those that have been answered since the list came, what was said. */
export const useApprovals = () => useQuery({
  queryKey: approvalsKey,
  queryFn: async () => (await request<Page<Approval>>("GET", "/api/v1/approvals")).items,
  // What an event should have told is known after a minute.
  refetchInterval: 60_000,
  staleTime: 5_000,
});

export function useRefreshApprovals() {
  const queries = useQueryClient();
  return useCallback(() => void queries.invalidateQueries({ queryKey: approvalsKey }), [queries]);
}

export const waitingOf = (approvals: Approval[] = []) => approvals.filter((approval) => approval.state === "waiting");

/** The list after an event; one that was not in it is of interest only while it waits. */
export function withApproval(approvals: Approval[] | undefined, approval: Approval): Approval[] | undefined {
  if (!approvals) return approvals;
  const at = approvals.findIndex((known) => known.id === approval.id);
  if (at >= 0) return approvals.with(at, approval);
  return approval.state === "waiting" ? [...approvals, approval] : approvals;
}

/** One that a page shows; `gone` when it does not wait any more, and how it was answered is not known here. */
export interface Shown { approval: Approval; gone: boolean }

/** What to show after the list `listed` came: an answer must not pull the card away from under the reader, so what was there stays. */
export function shownNow(before: Shown[], listed: Approval[], now: number): Shown[] {
  const kept = before.map((shown): Shown => {
    const newest = listed.find((approval) => approval.id === shown.approval.id);
    return newest ? { approval: newest, gone: false } : ended(shown, now);
  });
  const known = new Set(before.map((shown) => shown.approval.id));
  return [...kept, ...waitingOf(listed).filter((approval) => !known.has(approval.id)).map((approval) => ({ approval, gone: false }))];
}

/** The clocks of hub and browser may differ by so much. */
const clocksMs = 2_000;

function ended(shown: Shown, now: number): Shown {
  if (shown.gone || shown.approval.state !== "waiting") return shown;
  return new Date(shown.approval.expires_at).getTime() <= now + clocksMs
    ? { approval: { ...shown.approval, state: "expired" }, gone: false }
    : { ...shown, gone: true };
}
