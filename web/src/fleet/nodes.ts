import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/client";
import type { Enrolment, Node, Page } from "../api/types";

export const nodesKey = ["nodes"];

export const useNodes = () => useQuery({
  queryKey: nodesKey,
  queryFn: async () => (await request<Page<Node>>("GET", "/api/v1/nodes")).items,
  refetchInterval: 60_000,
});

/** The list with this node's newest state in it. */
export function withNode(nodes: Node[] | undefined, node: Node): Node[] | undefined {
  if (!nodes) return nodes;
  const at = nodes.findIndex((n) => n.id === node.id);
  return at < 0 ? [...nodes, node] : nodes.with(at, node);
}

export const useEnrol = () => useMutation({
  mutationFn: () => request<Enrolment>("POST", "/api/v1/enrolments", {}),
});

export function useRenameNode() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: { id: string; name: string }) => request<Node>("PATCH", `/api/v1/nodes/${change.id}`, { name: change.name }),
    onSuccess: () => queries.invalidateQueries({ queryKey: nodesKey }),
  });
}

export function useRemoveNode() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<void>("DELETE", `/api/v1/nodes/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: nodesKey }),
  });
}
