// What the hub's document says (schema.ts is made from it by `npm run api:types`); below, the events, which it does not describe.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type User = Schemas["UserModel"];
export type Role = User["role"];
export type Language = User["language"];
export type Hub = Schemas["HubInfo"];
export type Me = Schemas["Me"];
export type SignedIn = Pick<Schemas["LoginAnswer"], "user">;
export interface Page<T> { items: T[]; next: string | null }

export type Node = Schemas["NodeView"];
export type NodeStatus = Node["status"];
export type Enrolment = Schemas["EnrolmentAnswer"];

export type Conversation = Schemas["ConversationModel"];
export type MessageAccepted = Schemas["MessageAccepted"];
export type StopReceipt = Schemas["Receipt"];

export type Approval = Omit<Schemas["ApprovalModel"], "arguments"> & { arguments: Record<string, unknown> };
export type ApprovalState = Approval["state"];
export type InboxNotice = Schemas["InboxItem"];

export type Schedule = Schemas["ScheduleModel"];
export type ScheduleRequest = Schemas["ScheduleRequest"];
export type Note = Schemas["NoteModel"];

export type Plan = Schemas["PlanModel"];
export type PlanStep = Schemas["PlanStepModel"];
export type Job = Schemas["JobModel"];
export type JobStep = Schemas["StepModel"];
export type Task = Schemas["TaskModel"];
export type TaskState = Task["state"];
export type TaskCounts = Schemas["TaskCounts"];
export type TaskResult = Omit<Schemas["ResultModel"], "result"> & { result: { output?: unknown } | null };
export type Why = Schemas["WhyModel"];
export type Steered = Schemas["SteeredModel"];
export type Budget = Schemas["BudgetModel"];

export type ContentBlock =
  | { type: "text"; text: string }
  | { type: "thinking"; text: string }
  | { type: "tool_call"; id: string; name: string; arguments: Record<string, unknown> };

export interface Message {
  id: string;
  role: "user" | "assistant" | "tool_result" | "summary";
  at: string;
  content: ContentBlock[];
  model?: string;
  stop_reason?: "stop" | "length" | "tool_use" | "error" | "aborted" | "unable";
  error_message?: string;
}

export type Outcome = "completed" | "aborted" | "failed" | "turn_limit" | "interrupted";
export type BlockKind = "text" | "thinking" | "tool_call";
export interface SnapshotBlock { index: number; kind: BlockKind; text: string; name?: string }

export interface ThreadEvents {
  user_message: { message_id: string; text: string; at: string; user: string; channel: string };
  routed: { message_id: string; run_id: string; node_id: string; node: string; reason: string; steered: boolean };
  agent_start: { run_id: string; node: string; model: string; resumed: boolean };
  turn_start: { run_id: string; turn: number };
  message_start: { run_id: string; message_id: string; role: Message["role"] };
  message_update: {
    run_id: string; message_id: string; index: number; kind: BlockKind; offset: number; delta: string; name?: string;
  };
  message_snapshot: { run_id: string; message_id: string; blocks: SnapshotBlock[] };
  message_end: { run_id: string; message: Message };
  tool_execution_start: { run_id: string; tool_call_id: string; tool_name: string; args: Record<string, unknown> };
  tool_execution_update: { run_id: string; tool_call_id: string; text: string };
  tool_execution_end: {
    run_id: string; tool_call_id: string; tool_name: string; is_error: boolean; text: string;
    details?: Record<string, unknown>;
  };
  turn_end: { run_id: string; turn: number };
  agent_end: { run_id: string; outcome: Outcome; error?: string; usage?: { input: number; output: number }; cpt?: string };
  notice: {
    kind: string; text: string; level: "info" | "warning" | "error"; reply_to?: string; node?: string;
    /** Of a run that waits for a higher limit: how much more would let it go on. */
    run_id?: string; more?: string;
  };
  file: { name: string; size: number; sha256: string; url: string; node?: string };
  approval: Approval;
}

export type ThreadEventName = keyof ThreadEvents;
/** One event of a thread. `number` is its place in the thread; only durable events have one. */
export type ThreadEvent = {
  [K in ThreadEventName]: { name: K; number: number | null; data: ThreadEvents[K] };
}[ThreadEventName];
