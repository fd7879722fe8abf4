import { expect, test } from "vitest";
import type { ThreadEvent, ThreadEventName, ThreadEvents } from "../../api/types";
import * as outgoing from "./outgoing";
import { applyEvents } from "./reduce";
import { activeRun, emptyThread, isWorking, type AnswerItem, type ThreadView, type ToolItem } from "./view";

const run = "run_1";
const volatile = <K extends ThreadEventName>(name: K, data: ThreadEvents[K]) => ({ name, number: null, data }) as ThreadEvent;
const durable = <K extends ThreadEventName>(number: number, name: K, data: ThreadEvents[K]) => ({ name, number, data }) as ThreadEvent;
const delta = (offset: number, text: string) =>
  volatile("message_update", { run_id: run, message_id: "m", index: 0, kind: "text", offset, delta: text });
const user = (number: number, id: string, text = "hi") =>
  durable(number, "user_message", { message_id: id, text, at: "2026-01-01T00:00:00Z", user: "ann", channel: "web" });
const routed = (number: number, id: string, steered = false) =>
  durable(number, "routed", { message_id: id, run_id: run, node_id: "nod_1", node: "nas", reason: "The only machine.", steered });
const started = durable(3, "agent_start", { run_id: run, node: "nas", model: "rules", resumed: false });
const begin = [user(1, "u"), routed(2, "u"), started, volatile("message_start", { run_id: run, message_id: "m", role: "assistant" })];
const ended = (number: number, outcome: ThreadEvents["agent_end"]["outcome"], error?: string) =>
  durable(number, "agent_end", { run_id: run, outcome, error });
const apply = (events: ThreadEvent[], view: ThreadView = emptyThread, at: number | null = null) => applyEvents(view, events, at);
const textOf = (view: ThreadView) => view.items.find((i): i is AnswerItem => i.kind === "answer")?.blocks[0]?.text;
const kinds = (view: ThreadView) => view.items.map((i) => i.kind);
const tool = (view: ThreadView) => view.items.find((i): i is ToolItem => i.kind === "tool")!;

test("File_OfTheAssistant_IsAnItemWithItsLink", () => {
  const url = "/api/v1/artifacts/ab?name=plot.png";
  const view = apply([...begin, durable(4, "file", { name: "plot.png", size: 7, sha256: "ab", url })]);
  expect(view.items.at(-1)).toMatchObject({ kind: "file", name: "plot.png", size: 7, url });
});

test("Deltas_InOrder_AreJoined", () => {
  const view = apply([...begin, delta(0, "Hel"), delta(3, "lo"), delta(5, " 你好")]);
  expect(textOf(view)).toBe("Hello 你好");
  expect(view.gap).toBe(false);
});

test("Deltas_RepeatedOrOverlapping_AddOnlyWhatIsNew", () => {
  const view = apply([...begin, delta(0, "Hello"), delta(0, "Hel"), delta(3, "lo wor"), delta(9, "ld")]);
  expect(textOf(view)).toBe("Hello world");
});

test("Deltas_OneMissing_IsAGapUntilTheSnapshot", () => {
  const gap = apply([...begin, delta(0, "Hello"), delta(9, "ld")]);
  expect(gap.gap).toBe(true);
  expect(textOf(gap)).toBe("Hello");
  const repaired = apply([
    volatile("message_snapshot", { run_id: run, message_id: "m", blocks: [{ index: 0, kind: "text", text: "Hello worl" }] }),
    delta(10, "d"),
  ], gap);
  expect(repaired.gap).toBe(false);
  expect(textOf(repaired)).toBe("Hello world");
});

test("Snapshot_WithoutAStart_OpensTheAnswer", () => {
  const view = apply([user(1, "u"), routed(2, "u"), started,
    volatile("message_snapshot", { run_id: run, message_id: "m", blocks: [{ index: 0, kind: "text", text: "so far" }] })]);
  expect(textOf(view)).toBe("so far");
});

test("MessageEnd_AfterDeltas_IsTheTruth", () => {
  const end = durable(4, "message_end", { run_id: run, message: {
    id: "m", role: "assistant", at: "", content: [{ type: "text", text: "Done." }], stop_reason: "stop" } });
  const view = apply([...begin, delta(0, "Do"), end, delta(2, "late")]);
  expect(textOf(view)).toBe("Done.");
  expect(view.items.at(-1)).toMatchObject({ kind: "answer", live: false });
});

test("DurableEvents_SentAgainAfterAReconnect_CountOnce", () => {
  const once = apply(begin);
  const twice = apply([user(1, "u"), routed(2, "u"), started], once);
  expect(twice).toBe(once);
});

test("Steering_WhileARunWorks_StandsInItsPlaceAndKeepsOneRun", () => {
  const view = apply([...begin, delta(0, "Working"), user(4, "u2", "use /tmp instead"), routed(5, "u2", true)]);
  expect(kinds(view)).toEqual(["user", "answer", "user"]);
  expect(view.items.at(-1)).toMatchObject({ routed: { steered: true, runId: run } });
  expect(activeRun(view)?.id).toBe(run);
  expect(isWorking(apply([ended(6, "completed")], view))).toBe(false);
});

test("Stop_MidTool_ClosesWhatWasOpenAndShowsReceipts", () => {
  const running = apply([...begin, delta(0, "I will"),
    durable(4, "tool_execution_start", { run_id: run, tool_call_id: "t", tool_name: "shell", args: { command: "sleep 9" } })]);
  expect(tool(running).state).toBe("running");
  const over = apply([ended(5, "aborted")], running);
  expect(tool(over).state).toBe("stopped");
  expect(over.items.some((i) => i.kind === "answer" && i.live)).toBe(false);
  expect(isWorking(over)).toBe(false);
  const told = outgoing.stopped(over, [{ node: "nas", run_id: run, stopped: true, milliseconds: 120, processes: 2 }], "r");
  expect(kinds(told)).toEqual(["user", "answer", "tool", "receipts"]);
});

test("Stop_CallThatItCuts_IsStoppedAndNotFailed", () => {
  const start = (number: number, id: string) =>
    durable(number, "tool_execution_start", { run_id: run, tool_call_id: id, tool_name: "shell", args: {} });
  const end = (number: number, id: string, details?: Record<string, unknown>) => durable(number, "tool_execution_end",
    { run_id: run, tool_call_id: id, tool_name: "shell", is_error: true, text: "Stopped before it finished.", details });
  const running = apply([...begin, start(4, "s"), end(5, "s", { exit_code: 1 }), start(6, "t"), end(7, "t"),
    durable(8, "message_end", { run_id: run, message: { id: "m2", role: "assistant", at: "", content: [], stop_reason: "aborted", error_message: "Stopped." } })]);
  const states = (view: ThreadView) => view.items.flatMap((i) => (i.kind === "tool" ? [i.state] : []));
  expect(states(apply([ended(9, "aborted")], running))).toEqual(["failed", "stopped"]);
  expect(states(apply([ended(9, "failed", "The disk is full.")], running))).toEqual(["failed", "failed"]);
});

test("Stop_ReceiptBeforeTheEnd_IsToldOnce", () => {
  const receipt = { node: "nas", run_id: run, stopped: true, milliseconds: 120, processes: 0 };
  const view = apply([ended(4, "aborted")], outgoing.stopped(apply(begin), [receipt], "r"));
  expect(kinds(view)).toEqual(["user", "answer", "receipts"]);
  expect(isWorking(view)).toBe(false);
});

test("Stop_AnswerThatBreaksOff_IsNoError", () => {
  const broken = durable(4, "message_end", { run_id: run, message: {
    id: "m", role: "assistant", at: "", content: [{ type: "text", text: "I wi" }], stop_reason: "aborted", error_message: "Stopped." } });
  const view = apply([...begin, delta(0, "I wi"), broken, ended(5, "aborted", "Stopped.")]);
  expect(kinds(view)).toEqual(["user", "answer", "end"]);
  expect(view.items[1]).toMatchObject({ error: null });
});

test("Stop_MachineThatIsSilent_IsToldOnce", () => {
  const receipt = { node: "nas", run_id: run, stopped: null, milliseconds: null, processes: 0 };
  const view = outgoing.stopped(apply([...begin, ended(4, "aborted")]), [receipt], "r");
  expect(kinds(view)).toEqual(["user", "answer", "receipts"]);
});

test("Failure_OfAnAnswerThatEndsTheRun_IsToldByTheEndAlone", () => {
  const broken = durable(4, "message_end", { run_id: run, message: {
    id: "m", role: "assistant", at: "", content: [], stop_reason: "error", error_message: "The model said no." } });
  const before = apply([...begin, broken]);
  expect(before.items[1]).toMatchObject({ error: "The model said no." });
  const told = apply([ended(5, "failed", "The model said no.")], before);
  expect(told.items.slice(1)).toMatchObject([{ kind: "answer", error: null }, { kind: "end", error: "The model said no." }]);
  const other = apply([ended(5, "failed", "The disk is full.")], before);
  expect(other.items[1]).toMatchObject({ error: "The model said no." });
});

test("Tool_FromCallToEnd_IsOneItemWithOutputAndTime", () => {
  const call = durable(4, "message_end", { run_id: run, message: { id: "m", role: "assistant", at: "",
    content: [{ type: "tool_call", id: "t", name: "shell", arguments: { command: "df" } }], stop_reason: "tool_use" } });
  const start = durable(5, "tool_execution_start", { run_id: run, tool_call_id: "t", tool_name: "shell", args: { command: "df" } });
  const update = volatile("tool_execution_update", { run_id: run, tool_call_id: "t", text: "File" });
  const end = durable(6, "tool_execution_end", { run_id: run, tool_call_id: "t", tool_name: "shell", is_error: true, text: "Filesystem" });
  const asked = apply([...begin, call]);
  expect(tool(asked).state).toBe("pending");
  const live = apply([start, update], asked, 1_000);
  expect(tool(live)).toMatchObject({ state: "running", output: "File" });
  const done = apply([end], live, 3_500);
  expect(tool(done)).toMatchObject({ state: "failed", output: "Filesystem", milliseconds: 2_500 });
  expect(done.items.filter((i) => i.kind === "tool")).toHaveLength(1);
});

test("Tool_Replayed_HasNoInventedTime", () => {
  const view = apply([...begin,
    durable(4, "tool_execution_start", { run_id: run, tool_call_id: "t", tool_name: "shell", args: {} }),
    durable(5, "tool_execution_end", { run_id: run, tool_call_id: "t", tool_name: "shell", is_error: false, text: "" })]);
  expect(tool(view).milliseconds).toBeNull();
});

test("Outgoing_ShownByTheThread_IsNoLongerOnItsWay", () => {
  const sent = outgoing.send(emptyThread, "u", "hi", false);
  expect(isWorking(sent)).toBe(true);
  const failed = outgoing.delivery(sent, "u", { delivery: "failed", error: "No connection." });
  expect(isWorking(failed)).toBe(false);
  const shown = apply([user(1, "u")], failed);
  expect(shown.outgoing).toEqual([]);
  expect(kinds(shown)).toEqual(["user"]);
  expect(outgoing.delivery(shown, "u", { delivery: "accepted" })).toBe(shown);
});

test("Command_AnsweredByANotice_LeavesNothingWorking", () => {
  const view = apply([user(1, "u", "/help"), durable(2, "notice", { kind: "help", text: "…", level: "info", reply_to: "u" })]);
  expect(isWorking(view)).toBe(false);
  expect(kinds(view)).toEqual(["user", "notice"]);
});

test("Approval_Answered_ChangesItsCard", () => {
  const approval = { id: "apr_1", state: "waiting" } as ThreadEvents["approval"];
  const view = apply([durable(1, "approval", approval), durable(2, "approval", { ...approval, state: "allowed" })]);
  expect(view.items).toHaveLength(1);
  expect(view.items[0]).toMatchObject({ approval: { state: "allowed" } });
});

test("Budget_OfARunThatWaits_IsOpenUntilItGoesOnOrEnds", () => {
  const paused = apply([...begin.slice(0, 3), durable(4, "notice", { kind: "budget", text: "It waits.", level: "warning", run_id: run, more: "0.5" })]);
  const waiting = (view: ThreadView) => view.items.find((item) => item.kind === "notice")?.waiting;
  expect(waiting(paused)).toEqual({ runId: run, more: "0.5" });
  expect(waiting(apply([volatile("message_start", { run_id: "run_2", message_id: "m", role: "assistant" })], paused))).toEqual({ runId: run, more: "0.5" });
  expect(waiting(apply([volatile("message_start", { run_id: run, message_id: "m", role: "assistant" })], paused))).toBeNull();
  expect(waiting(apply([ended(5, "aborted")], paused))).toBeNull();
});

test("Run_Resumed_WorksAgainAndDropsItsHalfAnswer", () => {
  const again = durable(5, "agent_start", { run_id: run, node: "nas", model: "rules", resumed: true });
  const view = apply([again], apply([...begin, delta(0, "half")]));
  expect(kinds(view)).toEqual(["user", "answer", "resumed"]);
  expect(activeRun(view)?.id).toBe(run);
});

test("UnknownEvent_OfANewerHub_IsIgnored", () => {
  const odd = { name: "task", number: 9, data: {} } as unknown as ThreadEvent;
  expect(apply([odd])).toEqual({ ...emptyThread, lastNumber: 9 });
});

test("LongThread_OfAThousandEvents_KeepsUnchangedItems", () => {
  const before = apply(Array.from({ length: 1_000 }, (_, i) => user(i + 1, `u${i}`)));
  const after = apply([durable(1_001, "notice", { kind: "x", text: "x", level: "info" })], before);
  expect(after.items.slice(0, 1_000).every((item, i) => item === before.items[i])).toBe(true);
});
