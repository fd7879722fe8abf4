// What the fake hub knows besides conversations: approvals, schedules, notes, plans and one job that runs.
import { conversations, threadOf } from "./script.mjs";

const at = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
let serial = 0;
const id = (prefix) => `${prefix}_01k9z3v7q9${String(serial++).padStart(16, "0")}`;

let schedules = [];
let notes = [];
let jobs = [];

export function seedWork() {
  schedules = [
    schedule("look at the oven", { next_at: at(8) }),
    schedule("check whether the backup of the NAS ran, and tell me what failed", { kind: "instruction", node: "nas", rule: "cron", cron: "30 7 * * 1-5", next_at: at(1_200), runs: 12, last_at: at(-240), last_outcome: "given to the assistant", delivered: true }),
    schedule("drink water", { rule: "every", every_seconds: 7_200, next_at: at(95), runs: 3, last_at: at(-25), last_outcome: "told late", delivered: false }),
    schedule("给绿植浇水", { state: "paused", rule: "cron", cron: "0 9 * * 1", next_at: at(5_000) }),
    schedule("call Bob", { state: "ended", next_at: null, runs: 1, last_at: at(-1_500), last_outcome: "told", delivered: true }),
  ];
  notes = ["The backup of the NAS runs at night, at 2:30.", "客厅的灯是 zigbee 的，名字叫 lamp-1。", "Short answers, please; sizes in GiB, dates as 2026-11-26."]
    .map((text, i) => ({ id: `note${i}`, text, at: at(-90 * (i + 1) ** 3) }));
  jobs = [finished("nightly report", -600), finished("render", -3_000, "failed")];
}

const schedule = (text, more) => ({
  id: id("sch"), state: "active", kind: "message", text, rule: "once", every_seconds: null, cron: null, zone: "Europe/Berlin", conversation_id: null, node: null, session: null,
  next_at: at(20), runs: 0, max_runs: null, last_at: null, last_outcome: null, delivered: null, created_at: at(-60), ...more,
});

const noCounts = { waiting: 0, running: 0, verifying: 0, succeeded: 0, failed: 0, cancelled: 0, expired: 0, skipped: 0 };
const jobOf = (name, steps, state, submitted = 0) => ({
  id: id("job"), name, state, reason: null, priority: "normal", owner: "ann", submitted_at: at(submitted), started_at: at(submitted), ended_at: null, tasks: steps.length,
  counts: { ...noCounts, waiting: steps.length }, cost: "0", hold: null, results: null,
  steps: steps.map((step) => ({ id: step.id, runtime: "agent", tasks: 1, after: step.depends_on ?? [], counts: noCounts })),
});
const finished = (name, minutes, state = "succeeded") => ({
  ...jobOf(name, [{ id: "step1" }], state, minutes), ended_at: at(minutes + 1), counts: { ...noCounts, [state]: 1 },
});

/** The plan of three steps that every request comes to; a question comes to none. */
const planOf = (text) => text.endsWith("?") || text.endsWith("？")
  ? { complexity: "simple", reasoning: "One step: a question or an explanation.", required_skills: [], handle_locally: true, by: "model", subtasks: [step("step1", text, "hub", null, "No machine is needed.")] }
  : {
    complexity: "complex", reasoning: "Two tests that do not touch each other, and a summary of both.", required_skills: ["shell", "file_read"], handle_locally: false, by: "model",
    subtasks: [
      step("api", "Run the tests of the api", "files", "desktop", "desktop has the project todo_app.", ["shell", "file_read"]),
      step("site", "Run the tests of the site", "load", null, "The pool decides by load.", ["shell", "file_read"]),
      step("summary", "Summarise what failed", "hub", null, "No machine is needed.", [], ["api", "site"]),
    ],
  };
const step = (name, description, placement, node, why, skills = [], depends_on = []) => ({ id: name, description, placement, node, why, skills, depends_on });

const taskOf = (job, index, state, more = {}) => ({
  id: `tsk_${job.id.slice(4)}${index}`, job: job.id, step: job.steps[index].id, index: 0, state, reason: null, attempts: state === "ready" ? 0 : 1,
  node: state === "ready" ? null : ["desktop", "nas", "nas"][index] ?? "nas", exit_code: null, started_at: state === "ready" ? null : at(-0.7), ended_at: null, cost: null,
  history: [], verification: null, evidence: null, ...more,
});
const tasksOf = (job) => job.state !== "running"
  ? job.steps.map((_, i) => taskOf(job, i, job.state, { started_at: job.started_at, ended_at: job.ended_at }))
  : [
    taskOf(job, 0, "succeeded", {
      ended_at: at(-0.1), verification: "verified", evidence: [{ kind: "tests", subject: "dotnet test", passed: true, exit_code: 0 }],
      history: [{ outputs: [{ path: "report/api.html", sha256: "0".repeat(64), size: 48_213 }] }],
    }),
    ...job.steps.slice(1).map((_, i) => taskOf(job, i + 1, i === 0 ? "running" : "ready")),
  ];

const approvals = () => [...conversations.values()].flatMap((c) => [...threadOf(c.id).approvals.values()]).map((a) => a.approval).filter((a) => a.state === "waiting");

/** Answers a route of these, or undefined for any other: `{ status, body }`. */
export function work(route, what, body, url) {
  const found = (list) => list.find((one) => one.id === what);
  switch (route) {
    case "GET approvals": return page(approvals());
    case "GET schedules": return page(schedules.filter((s) => url.searchParams.has("ended") || s.state !== "ended"));
    case "POST schedules": return made(body);
    case "POST schedules/:id/pause": return { status: 200, body: Object.assign(found(schedules), { state: "paused" }) };
    case "POST schedules/:id/resume": return { status: 200, body: Object.assign(found(schedules), { state: "active" }) };
    case "DELETE schedules/:id": schedules = schedules.filter((s) => s.id !== what); return { status: 204 };
    case "GET notes": return page(notes.filter((n) => n.text.toLowerCase().includes((url.searchParams.get("query") ?? "").toLowerCase())));
    case "DELETE notes/:id": notes = notes.filter((n) => n.id !== what); return { status: 204 };
    case "DELETE notes": return { status: 200, body: { removed: notes.splice(0).length } };
    case "POST plans": return { status: 200, body: planOf(body.text) };
    case "POST plans/:id": jobs.unshift({ ...jobOf(body.name, body.subtasks, "running"), counts: { ...noCounts, succeeded: 1, running: 1, waiting: 1 } }); return { status: 201, body: jobs[0] };
    case "GET jobs": return page(jobs);
    case "GET jobs/:id": return found(jobs) && { status: 200, body: found(jobs) };
    case "GET jobs/:id/tasks": return found(jobs) && page(tasksOf(found(jobs)));
    case "GET jobs/:id/results": return { status: 200, body: { state: "running", items: [{ task: 0, state: "succeeded", reason: null, result: { output: "All **214** tests of the api passed in 41 s." } }], next: null } };
    case "GET jobs/:id/why": return { status: 200, body: { summary: "", details: [], nodes: [] } };
    case "POST jobs/:id/cancel": Object.assign(found(jobs), { state: "cancelled", reason: "ann cancelled it.", ended_at: at(0) }); return { status: 204 };
    default: return undefined;
  }
}

const page = (items) => ({ status: 200, body: { items, next: null } });

function made({ text, when, cron, zone, kind }) {
  if (when === "whenever") {
    const message = '"whenever" is no time that is understood here. Say, for example: 10m, in 2 hours, tomorrow at 9, every monday at 9.';
    return { status: 422, body: { title: "Unprocessable Entity", status: 422, detail: message, code: "invalid", errors: [{ field: "when", line: null, message, fix: "" }] } };
  }
  const one = schedule(text || "It is time.", { kind, zone, ...(cron ? { rule: "cron", cron } : {}), next_at: at(1_380) });
  schedules.unshift(one);
  return { status: 201, body: one };
}
