// A hub for looking at the site: the routes of docs/api.md with scripted answers, no model and no machine.
// `npm run dev:fake` serves dist/ and the API on 127.0.0.1:5000; with `npm run dev` beside it, the source.
// Any password but "wrong" signs in. Say "disk", "long", "fail", "approve", or anything else.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { seedWork, work } from "./fake-work.mjs";
import { conversations, nodes, reply, seed, threadOf } from "./script.mjs";

const dist = join(fileURLToPath(new URL(".", import.meta.url)), "..", "dist");
export const policy = [
  "default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
].join("; ");
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const user = { id: "usr_01k0a0a0a0a0a0a0a0a0a0a0a0", username: "ann", role: "owner", language: "en" };

export function fakeHub({ claimed = true, pace = 1, inbox = [] } = {}) {
  const state = { claimed, sessions: new Set(), pace, inbox };
  seed();
  seedWork();
  return createServer((req, res) => void handle(state, req, res));
}

async function handle(state, req, res) {
  const url = new URL(req.url, "http://hub");
  try {
    if (url.pathname.startsWith("/api/")) await api(state, req, res, url);
    else await file(res, url.pathname);
  } catch (error) {
    if (!res.headersSent) problem(res, 500, "unexpected", String(error));
  }
}

async function file(res, path) {
  const wanted = join(dist, normalize(path));
  const body = extname(path) ? await readFile(wanted).catch(() => null) : await readFile(join(dist, "index.html"));
  if (body === null) return problem(res, 404, "not_found", "There is no such file.");
  res.writeHead(200, { "Content-Type": types[extname(path) || ".html"] ?? "application/octet-stream", "Content-Security-Policy": policy });
  res.end(body);
}

const json = (res, status, body, headers = {}) => {
  res.writeHead(status, { "Content-Type": "application/json", ...headers });
  res.end(status === 204 ? undefined : JSON.stringify(body));
};
const problem = (res, status, code, detail) => json(res, status, { type: "about:blank", title: code, status, detail, code, errors: [] });

async function bodyOf(req) {
  let text = "";
  for await (const chunk of req) text += chunk;
  return text ? JSON.parse(text) : {};
}

async function api(state, req, res, url) {
  const [, , , what, id, verb] = url.pathname.split("/");
  const route = `${req.method} ${what}${id ? "/:id" : ""}${verb ? `/${verb}` : ""}`;
  const cookie = /muster_session=(\w+)/.exec(req.headers.cookie ?? "")?.[1];
  if (route === "GET hub") return json(res, 200, { version: "0.1.0", claimed: state.claimed, name: "home" });
  if (req.method !== "GET" && req.headers["x-muster"] !== "1") return problem(res, 403, "forbidden", "The header X-Muster is missing.");
  if (route === "POST login" || route === "POST claim") return signIn(state, res, await bodyOf(req), route === "POST claim");
  if (!state.sessions.has(cookie)) return problem(res, 401, "unauthenticated", "Sign in first.");
  if (route === "GET conversations/:id/events") return threadEvents(req, res, id, url);
  if (route === "GET events") return fleetEvents(res);
  if (route === "GET jobs/:id/events" || route === "GET jobs/:id/logs") return openStream(res);
  const body = req.method === "GET" ? {} : await bodyOf(req);
  const conversation = what === "conversations" && id ? conversations.get(id) : null;
  if (what === "conversations" && id && !conversation) return problem(res, 404, "not_found", "There is no such conversation.");
  const done = work(route, id, body, url);
  if (done) return json(res, done.status, done.body);
  switch (route) {
    case "GET me": return json(res, 200, { user, scopes: ["ask", "manage", "approve"], unread: state.inbox.length });
    case "PATCH me": return json(res, 200, Object.assign(user, body));
    case "GET inbox": return json(res, 200, { items: state.inbox, next: null });
    case "POST inbox/:id": state.inbox = state.inbox.filter((n) => n.number > body.number); return json(res, 204);
    case "POST logout": state.sessions.delete(cookie); return json(res, 204);
    case "GET nodes": return json(res, 200, { items: nodes, next: null });
    case "POST enrolments": return json(res, 200, {
      token: "mjt_eyJ1Ijoi", expires_at: new Date(Date.now() + 3.6e6).toISOString(),
      command: "muster node join mjt_eyJ1IjoiaHR0cHM6Ly8xOTIuMTY4LjEuMjA6NTAwMCIsImYiOiJxUnpLOXMiLCJzIjoiN2Y0aDJrIn0",
    });
    case "PATCH nodes/:id": {
      const node = nodes.find((n) => n.id === id);
      if (nodes.some((n) => n !== node && n.name === body.name)) return problem(res, 409, "conflict", `A machine named ${body.name} exists already. Choose another name.`);
      node.name = body.name;
      return json(res, 200, node);
    }
    case "DELETE nodes/:id": nodes.splice(nodes.findIndex((n) => n.id === id), 1); return json(res, 204);
    case "GET conversations": return json(res, 200, { items: [...conversations.values()].sort((a, b) => b.updated_at.localeCompare(a.updated_at)), next: null });
    case "POST conversations": return json(res, 201, threadOf(null, body.node ?? "nas").conversation);
    case "GET conversations/:id": return json(res, 200, conversation);
    case "PATCH conversations/:id": return json(res, 200, Object.assign(conversation, body));
    case "DELETE conversations/:id": conversations.delete(id); return json(res, 204);
    case "POST conversations/:id/messages": {
      const thread = threadOf(id);
      if (!thread.accepted.has(body.id)) {
        thread.accepted.add(body.id);
        void reply(thread, body, state.pace);
      }
      return json(res, 202, { message_id: body.id, conversation_id: id });
    }
    case "POST conversations/:id/stop": return json(res, 200, { receipts: await threadOf(id).stop() });
    case "POST approvals/:id": return decide(res, id, body.decision);
    default: return problem(res, 404, "not_found", "There is no such route.");
  }
}

function signIn(state, res, body, claiming) {
  if (claiming && body.token === "used") return problem(res, 403, "claim_token", "This link was used already.");
  if (body.password === "wrong") return problem(res, 401, "wrong_credentials", "The user name or the password is wrong.");
  state.claimed = true;
  const session = Math.random().toString(36).slice(2);
  state.sessions.add(session);
  json(res, 200, { user }, { "Set-Cookie": `muster_session=${session}; HttpOnly; SameSite=Strict; Path=/` });
}

function decide(res, id, decision) {
  for (const conversation of conversations.values()) {
    const waiting = threadOf(conversation.id).approvals.get(id);
    if (!waiting) continue;
    if (waiting.approval.state !== "waiting") return problem(res, 409, "answered", "Somebody has answered already.");
    waiting.approval.state = decision === "allow" ? "allowed" : "denied";
    waiting.approval.answered_by = "ann";
    waiting.done();
    return json(res, 200, waiting.approval);
  }
  return problem(res, 404, "not_found", "There is no such approval.");
}

export const missed = () => [{
  number: 7, kind: "node", text: '⚠️ Node "pi-garage" disconnected.', conversation_id: null, at: new Date(Date.now() - 95 * 60_000).toISOString(),
}];

const openStream = (res) => {
  res.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  res.write(": hello\n\n");
  const beat = setInterval(() => res.write(": beat\n\n"), 15_000);
  res.on("close", () => clearInterval(beat));
};

function threadEvents(req, res, id, url) {
  if (!conversations.has(id)) return problem(res, 404, "not_found", "There is no such conversation.");
  openStream(res);
  const thread = threadOf(id);
  const after = Number(req.headers["last-event-id"] ?? url.searchParams.get("after") ?? 0);
  const write = (e) => res.write(`${e.number ? `id: ${e.number}\n` : ""}event: ${e.name}\ndata: ${JSON.stringify(e.data)}\n\n`);
  for (const event of thread.events) if (event.number > after) write(event);
  if (thread.open) write({ name: "message_snapshot", data: thread.open });
  thread.readers.add(write);
  res.on("close", () => thread.readers.delete(write));
}

function fleetEvents(res) {
  openStream(res);
  for (const node of nodes) res.write(`event: node\ndata: ${JSON.stringify(node)}\n\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 5000);
  fakeHub({ claimed: process.env.UNCLAIMED !== "1", inbox: missed() }).listen(port, "127.0.0.1", () => console.log(`fake hub: http://127.0.0.1:${port}`));
}
