import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { request } from "../api/client";
import type { Approval, Page } from "../api/types";

const key = ["approvals"];

/** What waits for this person's yes in all conversations. The hub tells of it in each conversation alone, so the list is asked for again and again. */
export const useApprovals = () => useQuery({
  queryKey: key,
  queryFn: async () => (await request<Page<Approval>>("GET", "/api/v1/approvals")).items,
  refetchInterval: 10_000,
  staleTime: 5_000,
});

export function useRefreshApprovals() {
  const queries = useQueryClient();
  return useCallback(() => void queries.invalidateQueries({ queryKey: key }), [queries]);
}

/** Asks for the list where it disagrees with what a conversation tells, so that the count in the navigation follows at once. */
export function useKeepListTrue({ id, state }: Approval): void {
  const queries = useQueryClient();
  const refresh = useRefreshApprovals();
  useEffect(() => {
    const list = queries.getQueryData<Approval[]>(key);
    if (list && list.some((approval) => approval.id === id) !== (state === "waiting")) refresh();
  }, [id, state, queries, refresh]);
}

/** One that a page shows; `gone` when it does not wait any more, and how it was answered is not known here. */
export interface Shown { approval: Approval; gone: boolean }

/** What to show after `waiting` came: an answer must not pull the card away from under the reader, so what was there stays. */
export function shownNow(before: Shown[], waiting: Approval[], now: number): Shown[] {
  const kept = before.map((shown): Shown => {
    const newest = waiting.find((approval) => approval.id === shown.approval.id);
    return newest ? { approval: newest, gone: false } : ended(shown, now);
  });
  const known = new Set(before.map((shown) => shown.approval.id));
  return [...kept, ...waiting.filter((approval) => !known.has(approval.id)).map((approval) => ({ approval, gone: false }))];
}

/** The clocks of hub and browser may differ by so much. */
const clocksMs = 2_000;

function ended(shown: Shown, now: number): Shown {
  if (shown.gone || shown.approval.state !== "waiting") return shown;
  return new Date(shown.approval.expires_at).getTime() <= now + clocksMs
    ? { approval: { ...shown.approval, state: "expired" }, gone: false }
    : { ...shown, gone: true };
}
