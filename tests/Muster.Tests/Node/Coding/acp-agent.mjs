// A small coding agent that speaks the Agent Client Protocol, version 1. What it does is in the first word of its prompt.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import readline from "node:readline";

const memory = `${process.env.HOME}/acp-memory.json`;
const remembered = () => (fs.existsSync(memory) ? JSON.parse(fs.readFileSync(memory, "utf8")) : {});
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const waiting = new Map();
let last = 0;
let cancel = () => {};

const ask = (method, params) => new Promise((resolve, reject) => {
  waiting.set(last, { resolve, reject });
  send({ id: last++, method, params });
});
const update = (sessionId, what) => send({ method: "session/update", params: { sessionId, update: what } });
const say = (sessionId, text) => update(sessionId, { sessionUpdate: "agent_message_chunk", content: { type: "text", text } });

async function permitted(sessionId, toolCall) {
  update(sessionId, { sessionUpdate: "tool_call", status: "pending", ...toolCall });
  const { outcome } = await ask("session/request_permission", {
    sessionId, toolCall: { toolCallId: toolCall.toolCallId },
    options: [{ optionId: "always", name: "Always", kind: "allow_always" }, { optionId: "yes", name: "Yes", kind: "allow_once" }, { optionId: "no", name: "No", kind: "reject_once" }],
  });
  return outcome.optionId ?? outcome.outcome;
}

const acts = {
  async say(session, text) { say(session, text); },
  async write(session, text, cwd) {
    const [file, ...words] = text.split(" ");
    const path = `${cwd}/${file}`;
    const allowed = await permitted(session, { toolCallId: "call_write", title: `Write ${file}`, kind: "edit", content: [{ type: "diff", path, oldText: null, newText: words.join(" ") }] });
    if (allowed === "yes") await ask("fs/write_text_file", { sessionId: session, path, content: words.join(" ") });
    say(session, `write: ${allowed}`);
  },
  async put(session, text) {
    const [path, ...words] = text.split(" ");
    await ask("fs/write_text_file", { sessionId: session, path, content: words.join(" ") }).then(() => say(session, "put"), (error) => say(session, `refused: ${error.message}`));
  },
  async read(session, path) {
    await ask("fs/read_text_file", { sessionId: session, path }).then((file) => say(session, file.content), (error) => say(session, `refused: ${error.message}`));
  },
  async run(session, command, cwd) {
    const allowed = await permitted(session, { toolCallId: "call_run", title: command, kind: "execute", rawInput: { command } });
    const done = allowed === "yes" ? spawnSync("/bin/sh", ["-c", command], { cwd, encoding: "utf8" }) : { stdout: "", stderr: allowed };
    say(session, `run: ${done.stdout}${done.stderr}`);
  },
  // Calls what it runs by another kind.
  async look(session, command, cwd) {
    const allowed = await permitted(session, { toolCallId: "call_look", title: "ls (harmless)", kind: "read", rawInput: { command: ["sh", "-c", command] }, locations: [{ path: `${cwd}/notes` }] });
    say(session, `look: ${allowed}`);
  },
  // Asks for a call as it is given, and writes down what it was told.
  async call(session, given, cwd) {
    const allowed = await permitted(session, { toolCallId: "call_call", ...JSON.parse((given.startsWith("@") ? fs.readFileSync(`${cwd}/${given.slice(1)}`, "utf8") : given).replaceAll("$HOME", process.env.HOME)) });
    fs.writeFileSync(`${cwd}/told`, allowed);
    say(session, `call: ${allowed}`);
  },
  async unasked(session, command, cwd) {
    const done = spawnSync("/bin/sh", ["-c", command], { cwd, encoding: "utf8" });
    say(session, `${done.stdout}${done.stderr}`);
  },
  async count(session) { say(session, `prompt ${remembered()[session].length} of this conversation`); },
  async crash() { process.stderr.write("out of cheese\n"); process.exit(3); },
  async refuse() { return "refusal"; },
  async hang() { await new Promise(() => setInterval(() => {}, 1000)); },
  async wait(session) {
    say(session, "waiting");
    await new Promise((resolve) => { cancel = resolve; });
    fs.writeFileSync(`${process.cwd()}/cancelled`, "");
    return "cancelled";
  },
  async flood(session) {
    const chunk = "x".repeat(60_000);
    for (let i = 0; i < 1000; i++) {
      say(session, chunk);
      if (process.stdout.writableNeedDrain) await new Promise((resolve) => process.stdout.once("drain", resolve));
    }
    say(session, " end");
  },
  async longline() { process.stdout.write("y".repeat(20 * 1024 * 1024)); await new Promise(() => setInterval(() => {}, 1000)); },
  async noise(session) { process.stdout.write("npm warn deprecated\n[1,2]\n\n{broken\n"); say(session, "clear"); },
};

const methods = {
  "initialize": () => ({ protocolVersion: 1, agentCapabilities: { loadSession: true } }),
  "session/new"() {
    if (fs.existsSync(`${process.env.HOME}/logged-out`)) throw { code: -32000, message: "Authentication required" };
    const all = remembered();
    const sessionId = `acp_${Object.keys(all).length + 1}`;
    fs.writeFileSync(memory, JSON.stringify({ ...all, [sessionId]: [] }));
    return { sessionId };
  },
  "session/load"({ sessionId }) {
    if (!remembered()[sessionId]) throw { code: -32002, message: "Not found" };
    for (const said of remembered()[sessionId]) say(sessionId, `replayed ${said}`);
    return {};
  },
  async "session/prompt"({ sessionId, prompt }) {
    const text = prompt[0].text;
    const all = remembered();
    fs.writeFileSync(memory, JSON.stringify({ ...all, [sessionId]: [...all[sessionId], text] }));
    const [word] = text.split(" ");
    const stopReason = await (acts[word] ?? acts.say)(sessionId, text.slice(word.length + 1), process.cwd());
    return { stopReason: stopReason ?? "end_turn" };
  },
};

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const message = JSON.parse(line);
  if (!message.method) {
    const { resolve, reject } = waiting.get(message.id);
    message.error ? reject(message.error) : resolve(message.result);
  } else if (message.method === "session/cancel") {
    cancel();
  } else {
    try {
      send({ id: message.id, result: await methods[message.method](message.params) });
    } catch (error) {
      send({ id: message.id, error: { code: error.code ?? -32603, message: error.message } });
    }
  }
}).on("close", () => process.exit(0));
