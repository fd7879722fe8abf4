import { expect, test } from "vitest";
import type { Job, Task, TaskCounts, TaskState } from "../api/types";
import { applyJobEvents, stepsOf, turnsOf, waitsForMore } from "./steps";

const none: TaskCounts = { waiting: 0, running: 0, verifying: 0, succeeded: 0, failed: 0, cancelled: 0, expired: 0, skipped: 0 };
const job = (more: Partial<Job> = {}): Job => ({
  id: "job_1", name: "plan", state: "running", reason: null, priority: "normal", owner: "ann", submitted_at: "2026-11-26T10:00:00Z", started_at: null, ended_at: null,
  tasks: 2, counts: none, cost: null, hold: null, results: null,
  steps: [{ id: "a", runtime: "agent", tasks: 1, after: [], counts: none }, { id: "b", runtime: "agent", tasks: 1, after: ["a"], counts: none }], ...more,
});
const task = (step: string, state: TaskState, more: Partial<Task> = {}): Task => ({
  id: `tsk_${step}`, job: "job_1", step, index: 0, state, reason: null, attempts: 0, node: null, exit_code: null, started_at: null, ended_at: null, cost: null, history: [], ...more,
});
const event = (name: string, data: unknown) => ({ name, data: JSON.stringify(data) });

test("Events_OfTasksAndTheJob_KeepWhatTheyLeaveOut", () => {
  const history = [{ number: 1 }] as Task["history"];
  const before = { job: job({ conversation_id: "cnv_1" }), tasks: [task("a", "running", { history }), task("b", "blocked")] };
  const after = applyJobEvents(before, [
    event("task", task("a", "succeeded", { history: null, node: "nas" })), event("task", task("c", "running")), event("job", job({ state: "succeeded", steps: null, conversation_id: null })), event("other", {}),
  ]);
  expect(after.tasks.map((t) => [t.step, t.state])).toEqual([["a", "succeeded"], ["b", "blocked"]]);
  expect(after.tasks[0]).toMatchObject({ node: "nas", history });
  expect(after.job).toMatchObject({ state: "succeeded", conversation_id: "cnv_1", steps: [{ id: "a" }, { id: "b" }] });
});

test("Steps_OfOneTask_HaveItsStateAndItsPlaceAmongTheResults", () => {
  const steps = stepsOf({ job: job(), tasks: [task("a", "failed"), task("b", "skipped")] });
  expect(steps.map((s) => [s.id, s.state, s.failed, s.only?.position])).toEqual([["a", "failed", 1, 0], ["b", "skipped", 0, 1]]);
});

test("Steps_BehindOneThatRuns_AreBlockedAndNotReady", () => {
  expect(stepsOf({ job: job(), tasks: [task("a", "running"), task("b", "ready")] }).map((s) => s.state)).toEqual(["running", "blocked"]);
  expect(stepsOf({ job: job(), tasks: [task("a", "succeeded"), task("b", "ready")] }).map((s) => s.state)).toEqual(["succeeded", "ready"]);
});

test("Steps_OfManyTasks_AreCountedByTheHub", () => {
  const many = job({ tasks: 5_000, steps: [{ id: "a", runtime: "process", tasks: 5_000, after: [], counts: { ...none, waiting: 10, running: 2, succeeded: 4_987, failed: 1 } }] });
  const [step] = stepsOf({ job: many, tasks: [task("a", "succeeded")] });
  expect(step).toMatchObject({ state: "running", done: 4_988, failed: 1, only: null });
});

test("Steps_ThatAreOver_ShowTheWorstOfThem", () => {
  const two = job({ steps: [{ id: "a", runtime: "agent", tasks: 2, after: [], counts: none }] });
  const [step] = stepsOf({ job: two, tasks: [task("a", "succeeded"), task("a", "cancelled")] });
  expect(step).toMatchObject({ state: "cancelled", done: 2 });
});

test("Task_AtItsOwnLimit_IsToldFromOtherPauses", () => {
  const paused = (reason: string | null) => task("a", "paused", { id: "tsk_1", reason });
  expect(waitsForMore(paused("It waits: muster budget tsk_1 +0.1 lets it go on."))).toBe(true);
  expect(waitsForMore(paused("The work waits: /budget +0.1 on the page lets it go on."))).toBe(false);
  expect(waitsForMore(paused(null))).toBe(false);
});

test("Turns_OfADiamond_AreThree", () => {
  const steps = [{ id: "d", after: ["b", "c"] }, { id: "b", after: ["a"] }, { id: "a", after: [] }, { id: "c", after: ["a", "gone"] }];
  expect(turnsOf(steps, (s) => s.id, (s) => s.after).map((turn) => turn.map((s) => s.id))).toEqual([["a"], ["b", "c"], ["d"]]);
});

test("Turns_OfALongChain_AreFoundAtOnce", () => {
  const chain = Array.from({ length: 10_000 }, (_, i) => ({ id: `s${i}`, after: i > 0 ? [`s${i - 1}`] : [] }));
  expect(turnsOf(chain, (s) => s.id, (s) => s.after)).toHaveLength(10_000);
});

test("Turns_OfARing_AreShown", () => {
  const ring = [{ id: "a", after: ["b"] }, { id: "b", after: ["a"] }];
  expect(turnsOf(ring, (s) => s.id, (s) => s.after)).toEqual([ring]);
});
