import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/client";
import type { Page, Schedule, ScheduleRequest } from "../api/types";
import { nextLook } from "./order";

const key = ["schedules"];
const openKey = [...key, "open"];
const pageSize = 200;
// More than the hub lets one person have, unless it is set so; the rest is left to the CLI.
const mostPages = 10;

const pageAfter = (after: string | null, ended: boolean) => request<Page<Schedule>>(
  "GET", `/api/v1/schedules?limit=${pageSize}${ended ? "&ended=true" : ""}${after ? `&after=${encodeURIComponent(after)}` : ""}`);

/** Those that may still come: all of them, since the newest one may be due last. */
export const useOpenSchedules = () => useQuery({
  queryKey: openKey,
  queryFn: async () => {
    const all: Schedule[] = [];
    let after: string | null = null;
    for (let read = 0; read < mostPages; read++) {
      const page: Page<Schedule> = await pageAfter(after, false);
      all.push(...page.items);
      after = page.next;
      if (after === null) break;
    }
    return all;
  },
  refetchInterval: (query) => nextLook(query.state.data ?? [], Date.now()),
});

/** With those that are over among them, newest first. */
export const useOverSchedules = (wanted: boolean) => useInfiniteQuery({
  queryKey: [...key, "over"],
  queryFn: ({ pageParam }) => pageAfter(pageParam, true),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  enabled: wanted,
});

export function useAddSchedule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ wish, once }: { wish: ScheduleRequest; once: string }) =>
      request<Schedule>("POST", "/api/v1/schedules", wish, { idempotencyKey: once }),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

/** Pauses or resumes. What the hub says in return is shown at once. */
export function useHoldSchedule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, verb }: { id: string; verb: "pause" | "resume" }) => request<Schedule>("POST", `/api/v1/schedules/${id}/${verb}`),
    onSuccess: (now) => queries.setQueryData<Schedule[]>(openKey, (all) => all?.map((one) => (one.id === now.id ? now : one))),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}

export function useRemoveSchedule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<void>("DELETE", `/api/v1/schedules/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}
