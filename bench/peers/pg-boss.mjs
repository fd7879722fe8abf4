import { fork } from "node:child_process";
import pg from "pg";
import PgBoss from "pg-boss";
import { measure, payload } from "./measure.mjs";

// pg-boss tells nobody of an end: the worker notifies over a channel of PostgreSQL, which is its users' usual way.
const [seconds] = process.argv.slice(2);
const boss = new PgBoss({ host: process.env.PGHOST, port: Number(process.env.PGPORT), user: process.env.PGUSER, database: process.env.PGDATABASE, max: 4 });
boss.on("error", error => console.error(error.message));
await boss.start();
if (process.env.ROLE === "worker") {
  const notify = new pg.Client();
  await notify.connect();
  await boss.work("bench", { batchSize: 1000, pollingIntervalSeconds: 0.5 }, async jobs => {
    setImmediate(async () => {
      for (let from = 0; from < jobs.length; from += 100) {
        await notify.query("select pg_notify('done', $1)", [jobs.slice(from, from + 100).map(job => job.id).join(" ")]);
      }
    });
    return jobs.map(job => job.data);
  });
  process.send?.("ready");
} else {
  await boss.createQueue("bench");
  const worker = fork(process.argv[1], process.argv.slice(2), { env: { ...process.env, ROLE: "worker" } });
  await new Promise(resolve => worker.once("message", resolve));
  const listen = new pg.Client();
  await listen.connect();
  await listen.query("listen done");
  const waiting = new Map();
  listen.on("notification", note => note.payload.split(" ").forEach(id => { waiting.get(id)?.(); waiting.delete(id); }));
  const expect = id => new Promise(resolve => waiting.set(id, resolve));
  await measure("pg-boss, PostgreSQL (polls twice a second)", "yes", Number(seconds),
    async () => {
      const jobs = Array.from({ length: 1000 }, () => ({ id: crypto.randomUUID(), name: "bench", data: { payload } }));
      const ends = jobs.map(job => expect(job.id));
      await boss.insert(jobs);
      await Promise.all(ends);
    },
    async () => {
      const id = crypto.randomUUID();
      const end = expect(id);
      await boss.send("bench", { payload }, { id });
      await end;
    });
  worker.kill();
  process.exit(0);
}
