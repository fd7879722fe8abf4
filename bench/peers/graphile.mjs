import { fork } from "node:child_process";
import pg from "pg";
import { makeWorkerUtils, run } from "graphile-worker";
import { measure, payload } from "./measure.mjs";

const [seconds] = process.argv.slice(2);
const connectionString = `postgres://${process.env.PGUSER}@${process.env.PGHOST}:${process.env.PGPORT}/${process.env.PGDATABASE}`;
if (process.env.ROLE === "worker") {
  const notify = new pg.Client({ connectionString });
  await notify.connect();
  let ended = [];
  setInterval(() => {
    const some = ended;
    ended = [];
    for (let from = 0; from < some.length; from += 500) {
      notify.query("select pg_notify('done', $1)", [some.slice(from, from + 500).join(" ")]);
    }
  }, 2);
  const quiet = { logger: { scope: () => quiet.logger, error: console.error, warn() {}, info() {}, debug() {}, log() {} } };
  await run({ connectionString, concurrency: 24, maxPoolSize: 26, noHandleSignals: true, pollInterval: 100, taskList: { echo: async body => { ended.push(body.id); } } });
  process.send?.("ready");
} else {
  const utils = await makeWorkerUtils({ connectionString });
  await utils.migrate();
  const worker = fork(process.argv[1], process.argv.slice(2), { env: { ...process.env, ROLE: "worker" }, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  await new Promise(resolve => worker.once("message", resolve));
  const listen = new pg.Client({ connectionString });
  await listen.connect();
  await listen.query("listen done");
  const waiting = new Map();
  listen.on("notification", note => note.payload.split(" ").forEach(id => { waiting.get(id)?.(); waiting.delete(id); }));
  let next = 0;
  const expect = id => new Promise(resolve => waiting.set(id, resolve));
  await measure("graphile-worker, PostgreSQL", "yes", Number(seconds),
    async () => {
      const jobs = Array.from({ length: 1000 }, () => ({ identifier: "echo", payload: { id: `${++next}`, payload } }));
      const ends = jobs.map(job => expect(job.payload.id));
      await listen.query("select count(*) from graphile_worker.add_jobs(array(select json_populate_recordset(null::graphile_worker.job_spec, $1::json)))", [JSON.stringify(jobs)]);
      await Promise.all(ends);
    },
    async () => {
      const id = `${++next}`;
      const end = expect(id);
      await utils.addJob("echo", { id, payload });
      await end;
    });
  worker.kill();
  process.exit(0);
}
