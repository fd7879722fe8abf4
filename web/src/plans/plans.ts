import { useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "../api/client";
import type { Job, Plan } from "../api/types";

// A model has 30 seconds; the answer needs a moment more.
const patienceMs = 45_000;

/** What a request comes to. Nothing is run. */
export const useAnalyse = () => useMutation({
  mutationFn: (text: string) => request<Plan>("POST", "/api/v1/plans", { text }, { timeoutMs: patienceMs }),
});

export interface Wanted { text: string; plan: Plan; once: string }

/** Has the steps run as they were shown, each where it was said to go. */
export function useRunPlan() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ text, plan, once }: Wanted) => request<Job>("POST", "/api/v1/plans/run", {
      name: text,
      subtasks: plan.subtasks.map(({ id, description, skills, depends_on, node }) => ({ id, description, skills, depends_on, node })),
    }, { idempotencyKey: once }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["jobs"] }),
  });
}
