import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/client";
import { ulid } from "../api/ulid";
import type { Conversation, Page } from "../api/types";

const listKey = ["conversations"];
const pageSize = 50;

export const useConversations = () => useInfiniteQuery({
  queryKey: listKey,
  queryFn: ({ pageParam }) => request<Page<Conversation>>(
    "GET", `/api/v1/conversations?limit=${pageSize}${pageParam ? `&after=${encodeURIComponent(pageParam)}` : ""}`),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  refetchInterval: 60_000,
});

export const useConversation = (id: string) => useQuery({
  queryKey: ["conversation", id],
  queryFn: () => request<Conversation>("GET", `/api/v1/conversations/${id}`),
});

export function useRefreshConversations() {
  const queries = useQueryClient();
  return (id: string) => {
    void queries.invalidateQueries({ queryKey: listKey });
    void queries.invalidateQueries({ queryKey: ["conversation", id] });
  };
}

/** Makes a conversation; trying again with the same key cannot make two. */
export async function createConversation(node: string | null, key: string = ulid()): Promise<Conversation> {
  return request<Conversation>("POST", "/api/v1/conversations", node ? { node } : {}, { idempotencyKey: key });
}

export function useChangeConversation() {
  const refresh = useRefreshConversations();
  return useMutation({
    mutationFn: ({ id, ...change }: { id: string; title?: string; node?: string }) =>
      request<Conversation>("PATCH", `/api/v1/conversations/${id}`, change),
    onSettled: (_, __, { id }) => refresh(id),
  });
}

export function useDeleteConversation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<void>("DELETE", `/api/v1/conversations/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: listKey }),
  });
}

export type Age = "today" | "yesterday" | "week" | "older";

/** Under which heading a conversation stands: by the calendar days of the reader. */
export function ageOf(time: string, now: Date): Age {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const at = new Date(time).getTime();
  const oneDay = 86_400_000;
  if (at >= day) return "today";
  if (at >= day - oneDay) return "yesterday";
  return at >= day - 7 * oneDay ? "week" : "older";
}
