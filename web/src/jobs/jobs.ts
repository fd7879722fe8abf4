import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { request } from "../api/client";
import { EventStream } from "../api/eventStream";
import { whileVisible } from "../api/whileVisible";
import type { Budget, Job, Page, Steered, Task, TaskResult, Why } from "../api/types";
import { newMessageId } from "../api/ulid";
import { applyJobEvents, doneOf, isOver, type Watched } from "./steps";

const newest = ["jobs"];
const watchedKey = (id: string) => ["job", id];
const resultsKey = (id: string) => ["job results", id];
/** The hub tells attempts, and with them files, in pages of up to so many. */
const mostTasks = 100;

export const useNewestJobs = () => useQuery({
  queryKey: newest,
  queryFn: async () => (await request<Page<Job>>("GET", "/api/v1/jobs?limit=10")).items,
  refetchInterval: (query) => (query.state.data?.every(isOver) === false ? 3_000 : 30_000),
});

/** A job and its first tasks, kept true by the hub's events until it is over. */
export function useJob(id: string) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: watchedKey(id),
    queryFn: async (): Promise<Watched> => {
      const [job, tasks] = await Promise.all([
        request<Job>("GET", `/api/v1/jobs/${id}`), request<{ items: Task[] }>("GET", `/api/v1/jobs/${id}/tasks?limit=${mostTasks}`),
      ]);
      return { job, tasks: tasks.items };
    },
  });
  const runs = query.data !== undefined && !isOver(query.data.job);
  const small = query.data !== undefined && query.data.job.tasks <= mostTasks;
  useEffect(() => {
    if (!runs) return;
    let seen: number | null = null;
    let asking: ReturnType<typeof setTimeout> | undefined;
    // What events leave out (files, counts of steps, results) is asked for, at most once in a while.
    const ask = (ms: number) => {
      asking ??= setTimeout(() => {
        asking = undefined;
        void queries.invalidateQueries({ queryKey: watchedKey(id) });
        void queries.invalidateQueries({ queryKey: resultsKey(id) });
      }, ms);
    };
    const open = () => new EventStream({
      url: `/api/v1/jobs/${id}/events?tasks=${small}`,
      lastId: () => seen,
      onEvents: (events) => {
        for (const event of events) if (event.id) seen = Number(event.id);
        const before = queries.getQueryData<Watched>(watchedKey(id));
        if (!before) return;
        const after = applyJobEvents(before, events);
        queries.setQueryData(watchedKey(id), after);
        if (isOver(after.job)) ask(0);
        else if (doneOf(after.job.counts) > doneOf(before.job.counts) || !small) ask(1_000);
      },
      onRefused: () => void queries.invalidateQueries({ queryKey: watchedKey(id) }),
    });
    const close = whileVisible(open);
    return () => {
      close();
      // Over, or left: what was still to be asked for is asked for now.
      if (asking !== undefined) {
        clearTimeout(asking);
        void queries.invalidateQueries({ queryKey: watchedKey(id) });
        void queries.invalidateQueries({ queryKey: resultsKey(id) });
      }
    };
  }, [id, runs, small, queries]);
  return query;
}

/** What the first tasks had to say, by their place among the job's tasks. */
export const useResults = (id: string, wanted: boolean) => useQuery({
  queryKey: resultsKey(id),
  queryFn: async () => {
    const { items } = await request<{ items: TaskResult[] }>("GET", `/api/v1/jobs/${id}/results?limit=${mostTasks}`);
    return new Map(items.map((item) => [item.task, item]));
  },
  enabled: wanted,
});

/** Why nothing of a job goes on. */
export const useWhy = (id: string, wanted: boolean) => useQuery({
  queryKey: ["job why", id],
  queryFn: () => request<Why>("GET", `/api/v1/jobs/${id}/why`),
  enabled: wanted,
  refetchInterval: 5_000,
});

function useChange<T>(change: (id: string) => Promise<T>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (_, id) => Promise.all([watchedKey(id), resultsKey(id), newest].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

export const useStopJob = () => useChange((id) => request<void>("POST", `/api/v1/jobs/${id}/cancel`, {}));
export const useResumeJob = () => useChange((id) => request<Job>("POST", `/api/v1/jobs/${id}/resume`, {}));
export const useRetryJob = () => useChange((id) => request<Job>("POST", `/api/v1/jobs/${id}/retry`));

function useTaskChange<T>(task: Task, change: (value: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queries.invalidateQueries({ queryKey: watchedKey(task.job) }) });
}

/** Says something to the agent of a task; `/interrupt …`, as in a conversation, breaks off what it does. */
export const useSteerTask = (task: Task) => useTaskChange<string>(task, (said) => {
  const interrupt = /^\/interrupt\s+/.exec(said);
  return request<Steered>("POST", `/api/v1/jobs/${task.id}/steer`, { text: said.slice(interrupt?.[0].length ?? 0), interrupt: interrupt !== null, id: newMessageId() });
});
export const useStopTask = (task: Task) => useTaskChange<void>(task, () => request<void>("POST", `/api/v1/jobs/${task.id}/cancel`, {}));

/** What the models of a task that is at work may cost; looked up anew when the reason of the task changes. */
export const useTaskBudget = ({ id, reason }: Task) => useQuery({
  queryKey: ["task budget", id, reason],
  queryFn: () => request<Budget>("GET", `/api/v1/jobs/${id}/budget`),
  retry: false,
});

/** Lets the models of a task cost more, in credits. */
export function useAllowMore(task: Task) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (amount: string) => request<Budget>("PUT", `/api/v1/jobs/${task.id}/budget`, { add_cpt: amount }),
    onSuccess: () => Promise.all([watchedKey(task.job), ["task budget", task.id]].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
