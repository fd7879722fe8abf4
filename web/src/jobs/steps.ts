import type { Job, JobStep, Task, TaskCounts, TaskState } from "../api/types";
import type { SseEvent } from "../api/sseParser";

/** A job with its first tasks, as they were read and as events have changed them since. */
export interface Watched { job: Job; tasks: Task[] }

const over: Job["state"][] = ["succeeded", "failed", "cancelled", "expired"];
export const isOver = (job: Job): boolean => over.includes(job.state);

/** How many of a job's tasks will not change any more. */
export const doneOf = (counts: TaskCounts): number => counts.succeeded + counts.failed + counts.cancelled + counts.expired + counts.skipped;

/** After `job` and `task` events, which leave out what only a question tells: steps, attempts, the conversation. */
export function applyJobEvents({ job, tasks }: Watched, events: Pick<SseEvent, "name" | "data">[]): Watched {
  for (const { name, data } of events) {
    if (name === "job") {
      const now = JSON.parse(data) as Job;
      job = { ...now, steps: now.steps ?? job.steps, conversation_id: now.conversation_id ?? job.conversation_id };
    } else if (name === "task") {
      const now = JSON.parse(data) as Task;
      tasks = tasks.map((task) => (task.id === now.id ? { ...now, history: now.history ?? task.history, said: now.said ?? task.said } : task));
    }
  }
  return { job, tasks };
}

export interface StepView extends JobStep { state: TaskState; done: number; failed: number; only: { task: Task; position: number } | null }

const ranks: TaskState[] = ["running", "leased", "verifying", "paused", "ready", "failed", "expired", "cancelled", "blocked", "skipped", "succeeded"];

/** What a step is doing: the liveliest state of its tasks, and of those that are over the worst. */
const liveliest = (states: TaskState[]): TaskState => ranks.find((state) => states.includes(state)) ?? "blocked";

function statesOf(counts: TaskCounts): TaskState[] {
  const { waiting, ...rest } = counts;
  const there = (Object.entries(rest) as [TaskState, number][]).filter(([, count]) => count > 0).map(([state]) => state);
  return waiting > 0 ? [...there, "ready"] : there;
}

/** The steps of a job with what became of them. Those of one task have it at hand; of larger ones only the counts are true for sure. */
export function stepsOf({ job, tasks }: Watched): StepView[] {
  const whole = tasks.length >= job.tasks;
  const views = (job.steps ?? []).map((step): StepView => {
    const mine = tasks.filter((task) => task.step === step.id);
    const state = whole ? liveliest(mine.map((task) => task.state)) : liveliest(statesOf(step.counts));
    const done = whole ? mine.filter((task) => ["succeeded", "failed", "cancelled", "expired", "skipped"].includes(task.state)).length : doneOf(step.counts);
    const failed = whole ? mine.filter((task) => task.state === "failed").length : step.counts.failed;
    const only = step.tasks === 1 && mine[0] ? { task: mine[0], position: tasks.indexOf(mine[0]) } : null;
    return { ...step, state, done, failed, only };
  });
  // Events tell of what begins and ends; that a step waits for no other any more follows from them.
  const unfinished = new Set(views.filter((step) => step.done < step.tasks).map((step) => step.id));
  const waits = (step: StepView): TaskState => (step.after.some((other) => unfinished.has(other)) ? "blocked" : "ready");
  return views.map((step) => (step.state === "ready" || step.state === "blocked" ? { ...step, state: waits(step) } : step));
}

/** Its models have spent what the task itself may: the hub says how to allow more of it. */
export const waitsForMore = (task: Task): boolean => task.state === "paused" && (task.reason?.includes(task.id) ?? false);

/** Steps in the order of their turns: those that wait for nothing, those that wait for these alone, and so on. */
export function turnsOf<T>(steps: T[], id: (step: T) => string, after: (step: T) => string[]): T[][] {
  const here = new Set(steps.map(id));
  const waits = new Map(steps.map((step) => [id(step), after(step).filter((other) => here.has(other)).length]));
  const behind = new Map<string, T[]>();
  for (const step of steps) {
    for (const other of after(step)) {
      const there = behind.get(other);
      if (there) there.push(step);
      else behind.set(other, [step]);
    }
  }
  const turns: T[][] = [];
  let turn = steps.filter((step) => waits.get(id(step)) === 0);
  while (turn.length > 0) {
    turns.push(turn);
    const next: T[] = [];
    for (const step of turn.flatMap((done) => behind.get(id(done)) ?? [])) {
      const left = waits.get(id(step))! - 1;
      waits.set(id(step), left);
      if (left === 0) next.push(step);
    }
    turn = next;
  }
  // A ring cannot be run; it is shown all the same.
  const ring = steps.filter((step) => waits.get(id(step))! > 0);
  return ring.length > 0 ? [...turns, ring] : turns;
}
