import { fork } from "node:child_process";
import { Queue, QueueEvents, Worker } from "bullmq";
import { measure, payload } from "./measure.mjs";

const [port, seconds, name] = process.argv.slice(2);
const connection = { host: "127.0.0.1", port: Number(port), maxRetriesPerRequest: null };
if (process.env.ROLE === "worker") {
  new Worker("bench", async job => job.data, { connection, concurrency: 100, removeOnComplete: { count: 0 } });
  process.send?.("ready");
} else {
  const worker = fork(process.argv[1], process.argv.slice(2), { env: { ...process.env, ROLE: "worker" } });
  await new Promise(resolve => worker.once("message", resolve));
  const queue = new Queue("bench", { connection, streams: { events: { maxLen: 1_000_000 } } }); // or ends are lost in a flood
  const events = new QueueEvents("bench", { connection });
  await events.waitUntilReady();
  await new Promise(resolve => setTimeout(resolve, 1000)); // what ends before its first read is never told
  const waiting = new Map();
  events.on("completed", ({ jobId, returnvalue }) => { waiting.get(jobId)?.(returnvalue); waiting.delete(jobId); });
  let next = 0;
  const expect = id => new Promise(resolve => waiting.set(id, resolve));
  const jobOf = () => ({ name: "echo", data: payload, opts: { jobId: `j${++next}` } });
  await measure(name, name.includes("always") ? "yes" : "up to 1 s is lost", Number(seconds),
    async () => {
      const jobs = Array.from({ length: 1000 }, jobOf);
      const results = jobs.map(job => expect(job.opts.jobId));
      await queue.addBulk(jobs);
      await Promise.all(results);
    },
    async () => {
      const { name: kind, data, opts } = jobOf();
      const result = expect(opts.jobId);
      await queue.add(kind, data, opts);
      await result;
    });
  worker.kill();
  process.exit(0);
}
