// The shapes of docs/api.md.

export type Role = "owner" | "admin" | "member" | "guest";
export type Language = "en" | "zh";

export interface User { id: string; username: string; role: Role; language: Language }
export interface Hub { version: string; claimed: boolean; name: string }
export interface Me { user: User; scopes: string[]; unread: number }
export interface SignedIn { user: User }
export interface Page<T> { items: T[]; next: string | null }

export type NodeStatus = "online" | "busy" | "offline";

export interface Node {
  id: string;
  name: string;
  status: NodeStatus;
  last_seen: string | null;
  connected_at: string | null;
  os: string | null;
  architecture: string | null;
  cores: number | null;
  memory_bytes: number | null;
  load: number | null;
  memory_free_bytes: number | null;
  version: string | null;
  capabilities: string[];
  isolation: string | null;
  model: string | null;
  working_dir: string | null;
  sessions: number;
  runs: number;
  owner: string | null;
  dialect: "muster" | "phonework";
  active: boolean;
}

export interface Enrolment { token: string; expires_at: string; command: string }

export interface Conversation {
  id: string;
  title: string | null;
  node: string | null;
  running: boolean;
  run_id: string | null;
  created_at: string;
  updated_at: string;
}

export interface MessageAccepted { message_id: string; conversation_id: string }

export interface StopReceipt {
  node: string;
  run_id: string;
  stopped: boolean | null;
  milliseconds: number | null;
  processes: number | null;
}

export type ApprovalState = "waiting" | "allowed" | "denied" | "expired";

export interface Approval {
  id: string;
  conversation_id: string;
  run_id: string;
  node: string;
  tool: string;
  arguments: Record<string, unknown>;
  folder: string | null;
  reason: string | null;
  state: ApprovalState;
  answered_by: string | null;
  expires_at: string;
}

export interface InboxNotice {
  number: number;
  kind: string;
  text: string;
  conversation_id: string | null;
  at: string;
}

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
  stop_reason?: "stop" | "length" | "tool_use" | "error" | "aborted";
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
  agent_end: { run_id: string; outcome: Outcome; error?: string; usage?: { input: number; output: number } };
  notice: { kind: string; text: string; level: "info" | "warning" | "error"; reply_to?: string; node?: string };
  approval: Approval;
}

export type ThreadEventName = keyof ThreadEvents;
/** One event of a thread. `number` is its place in the thread; only durable events have one. */
export type ThreadEvent = {
  [K in ThreadEventName]: { name: K; number: number | null; data: ThreadEvents[K] };
}[ThreadEventName];
