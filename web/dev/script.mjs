// The fake hub's memory: machines, conversations, and what its agent says.
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const now = () => new Date().toISOString();
let serial = 0;
const id = (prefix) => `${prefix}_01k9z3v7q8${String(serial++).padStart(16, "0")}`;

const machine = (name, status, more) => ({
  id: id("nod"), name, status, last_seen: ago(0), connected_at: ago(180), os: "Debian 13", architecture: "x64", cores: 4, memory_bytes: 16e9 * 1.074,
  load: 0.21, memory_free_bytes: 9.4e9, version: "0.1.0", capabilities: ["shell", "file_ops", "web"], isolation: "process", model: "deepseek-chat",
  working_dir: "/home/ann/work", sessions: 0, runs: 0, owner: "ann", dialect: "muster", active: false, ...more,
});

export const nodes = [];
export const conversations = new Map();
const threads = new Map();

export function threadOf(conversationId, node = null, title = null, updated = now()) {
  if (conversationId && threads.has(conversationId)) return threads.get(conversationId);
  const conversation = { id: conversationId ?? id("cnv"), title, node, running: false, run_id: null, created_at: updated, updated_at: updated };
  const thread = {
    conversation, events: [], readers: new Set(), open: null, accepted: new Set(), approvals: new Map(), run: null,
    emit(name, data, durable = true) {
      const event = { name, data, number: durable ? thread.events.length + 1 : null };
      if (durable) thread.events.push(event);
      for (const write of thread.readers) write(event);
    },
    async stop() {
      const run = thread.run;
      if (!run) return [];
      run.stopped = true;
      run.wake?.();
      await new Promise((resolve) => setTimeout(resolve, 120));
      return [{ node: run.node, run_id: run.id, stopped: true, milliseconds: 120, processes: 2 }];
    },
  };
  conversations.set(conversation.id, conversation);
  threads.set(conversation.id, thread);
  return thread;
}

export function seed() {
  nodes.length = 0;
  conversations.clear();
  threads.clear();
  nodes.push(
    machine("nas", "online", { active: true, model: "deepseek-chat", working_dir: "/srv/work", memory_free_bytes: 5.1e9, cores: 4 }),
    machine("desktop", "busy", { os: "Ubuntu 26.04", cores: 16, memory_bytes: 64e9 * 1.074, memory_free_bytes: 41e9, load: 7.8, runs: 1, sessions: 2 }),
    machine("pi-garage", "offline", { os: "Raspberry Pi OS", architecture: "arm64", memory_bytes: 0.5e9, memory_free_bytes: 0.2e9, last_seen: ago(95), model: null }),
  );
  const titles = [["Backup finished last night?", 40], ["Failing test in todo_app", 190], ["树莓派温度记录", 1500], ["Free some space on nas", 1700], ["Render the holiday frames", 4000], ["Move photos to the NAS", 5200], ["Update all machines", 20000]];
  for (const [title, minutes] of titles) threadOf(null, "nas", title, ago(minutes));
}

const wait = (thread, ms) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  if (thread.run) thread.run.wake = () => { clearTimeout(timer); resolve(); };
});

export async function reply(thread, message, pace) {
  const { conversation } = thread;
  conversation.updated_at = now();
  conversation.title ??= message.text.slice(0, 60);
  thread.emit("user_message", { message_id: message.id, text: message.text, at: now(), user: "ann", channel: message.channel ?? "web" });
  const notice = (text, level = "info") => thread.emit("notice", { kind: "command", text, level, reply_to: message.id });
  if (message.text.startsWith("/nodes")) {
    return notice('Connected Nodes:\n→ nas [ACTIVE] sessions=0 online 3h\n  desktop sessions=2 online 3h\nUse "/node <name>" to switch active node.');
  }
  if (message.text.startsWith("/")) return notice("/help  what you can say\n/nodes  your machines\n/node NAME  switch the active machine\n/stop  stop what is running\n/shell COMMAND  run one command");
  const node = conversation.node ?? "nas";
  const routed = { message_id: message.id, node_id: "nod_1", node, reason: `${node} is the active machine.` };
  if (thread.run) return thread.emit("routed", { ...routed, run_id: thread.run.id, steered: true, reason: "it is working on this" });
  const run = { id: id("run"), node, stopped: false, wake: null };
  thread.run = run;
  Object.assign(conversation, { running: true, run_id: run.id });
  thread.emit("routed", { ...routed, run_id: run.id, steered: false });
  thread.emit("agent_start", { run_id: run.id, node, model: "deepseek-chat", resumed: false });
  const scene = Object.entries(scenes).find(([word]) => message.text.toLowerCase().includes(word))?.[1] ?? scenes.other;
  const outcome = await scene(play(thread, run, pace), message.text);
  thread.open = null;
  thread.run = null;
  Object.assign(conversation, { running: false, run_id: null, updated_at: now() });
  thread.emit("agent_end", { run_id: run.id, usage: { input: 2140, output: 312 }, ...(run.stopped ? { outcome: "aborted" } : outcome ?? { outcome: "completed" }) });
}

const play = (thread, run, pace) => ({
  run, thread,
  async say(text, { thinking = "", call = null } = {}) {
    const messageId = id("msg");
    thread.emit("message_start", { run_id: run.id, message_id: messageId, role: "assistant" }, false);
    const blocks = [...(thinking ? [["thinking", thinking]] : []), ...(text ? [["text", text]] : [])];
    thread.open = { run_id: run.id, message_id: messageId, blocks: [] };
    for (const [index, [kind, whole]] of blocks.entries()) {
      const block = { index, kind, text: "" };
      thread.open.blocks.push(block);
      for (let offset = 0; offset < whole.length && !run.stopped; offset += 7) {
        const delta = whole.slice(offset, offset + 7);
        block.text += delta;
        thread.emit("message_update", { run_id: run.id, message_id: messageId, index, kind, offset, delta }, false);
        await wait(thread, 18 * pace);
      }
    }
    const content = thread.open.blocks.map((b) => ({ type: b.kind, text: b.text }));
    if (call && !run.stopped) content.push({ type: "tool_call", ...call });
    thread.open = null;
    thread.emit("message_end", { run_id: run.id, message: { id: messageId, role: "assistant", at: now(), content, model: "deepseek-chat", stop_reason: run.stopped ? "aborted" : call ? "tool_use" : "stop" } });
  },
  async use(name, args, output, { ms = 900, error = false, details = {}, before = "", thinking = "" } = {}) {
    const callId = id("call");
    await this.say(before, { thinking, call: { id: callId, name, arguments: args } });
    if (run.stopped) return;
    thread.emit("tool_execution_start", { run_id: run.id, tool_call_id: callId, tool_name: name, args });
    const lines = output.split("\n");
    for (let i = 1; i <= lines.length && !run.stopped; i++) {
      thread.emit("tool_execution_update", { run_id: run.id, tool_call_id: callId, text: lines.slice(0, i).join("\n").slice(-4096) }, false);
      await wait(thread, (ms * pace) / lines.length);
    }
    if (run.stopped) return;
    thread.emit("tool_execution_end", { run_id: run.id, tool_call_id: callId, tool_name: name, is_error: error, text: output, details: { duration_ms: ms, ...details } });
  },
});

const df = `Filesystem      Size  Used Avail Use% Mounted on
/dev/nvme0n1p2  468G  301G  143G  68% /
/dev/sda1       7.3T  5.9T  1.4T  81% /srv
tmpfs           7.8G  2.1M  7.8G   1% /run`;

const scenes = {
  async disk(p) {
    await p.use("shell", { command: "df -h --exclude-type=overlay" }, df, { ms: 420, thinking: "The person wants free disk space. `df -h` gives sizes for each mount; overlay mounts would only repeat the root." });
    await p.say("There is enough room on both disks of **nas**:\n\n| Disk | Free | Used |\n|---|---|---|\n| System (`/`) | 143 GB of 468 GB | 68 % |\n| Data (`/srv`) | 1.4 TB of 7.3 TB | 81 % |\n\nThe data disk fills slowly. If you want, I can look for what grows fastest:\n\n```bash\n# the ten largest folders, biggest first\ndu -xh --max-depth=2 /srv | sort -rh | head -n 10\n```");
  },
  async 磁盘(p) {
    await p.use("shell", { command: "df -h --exclude-type=overlay" }, df, { ms: 420 });
    await p.say("**nas** 的两块磁盘都还有空间：\n\n| 磁盘 | 可用 | 已用 |\n|---|---|---|\n| 系统 (`/`) | 143 GB / 468 GB | 68 % |\n| 数据 (`/srv`) | 1.4 TB / 7.3 TB | 81 % |\n\n需要的话，我可以找出增长最快的目录。");
  },
  async long(p) {
    const lines = Array.from({ length: 60 }, (_, i) => `frame ${String(i + 1).padStart(3, "0")} of 400 rendered in ${(0.8 + (i % 5) / 10).toFixed(1)} s`).join("\n");
    await p.use("shell", { command: "./render.sh --frames 1-400", timeout: 120 }, lines, { ms: 20_000, before: "I start the render and watch it." });
    if (!p.run.stopped) await p.say("All frames are rendered.");
  },
  async fail(p) {
    await p.use("file_read", { path: "notes/plan.md", max_bytes: 8000 }, "There is no file notes/plan.md in the working folder. Nearest: notes/plans.md.", { ms: 30, error: true });
    return { outcome: "failed", error: "The model at api.deepseek.com refused the key (401). Set OPENAI_API_KEY, or run `muster doctor`." };
  },
  async approve(p) {
    const approval = {
      id: id("apr"), conversation_id: p.thread.conversation.id, run_id: p.run.id, node: p.run.node, tool: "shell",
      arguments: { command: "rm -r /srv/work/old-builds", timeout: 30 }, folder: "/srv/work", reason: "The command deletes a folder.",
      state: "waiting", answered_by: null, expires_at: new Date(Date.now() + 600_000).toISOString(),
    };
    await new Promise((done) => {
      p.thread.approvals.set(approval.id, { approval, done });
      p.run.wake = done;
      p.thread.emit("approval", { ...approval });
    });
    if (!p.run.stopped) p.thread.emit("approval", { ...approval });
    await p.say(approval.state === "allowed" ? "The old builds are gone; 12 GB are free again." : "Then I leave the folder as it is.");
  },
  async other(p, text) {
    await p.say(`You said: *${text.slice(0, 80)}*.\n\nThis is the fake hub. Try **disk**, **long**, **fail** or **approve**.\n\n1. first\n2. second\n   - nested\n\n> a quote with \`code\` and a [link](https://example.org)`);
  },
};
