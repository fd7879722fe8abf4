import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/client";
import type { Note, Page } from "../api/types";

const key = ["notes"];
const pageSize = 50;

/** Notes in which all words of `query` occur, newest first. */
export const useNotes = (query: string) => useInfiniteQuery({
  queryKey: [...key, query],
  queryFn: ({ pageParam, signal }) => request<Page<Note>>(
    "GET", `/api/v1/notes?limit=${pageSize}&query=${encodeURIComponent(query)}${pageParam ? `&after=${encodeURIComponent(pageParam)}` : ""}`, undefined, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  // While the next words are looked for, what was found before stays.
  placeholderData: keepPreviousData,
});

export function useForgetNote() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<void>("DELETE", `/api/v1/notes/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}

export function useForgetAll() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => request<{ removed: number }>("DELETE", "/api/v1/notes"),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}
