// What every peer is measured by: bulk for so many seconds, then one at a time with 64 in flight.
export const payload = "0".repeat(98);
const median = (list, share) => list.sort((a, b) => a - b)[Math.floor(list.length * share)];

/** @param bulk submits 1,000 tasks and returns once all their results are here; single does so with one. */
export async function measure(name, durable, seconds, bulk, single) {
  const many = await flood(8, seconds, bulk, 1000);
  const few = await flood(64, seconds, single, 1);
  console.log(`${name}, ${durable}, ${many.rate.toFixed(0)}, ${few.rate.toFixed(0)}, ${median(few.times, 0.5).toFixed(1)}, ${median(few.times, 0.95).toFixed(1)}`);
}

async function flood(flights, seconds, act, count) {
  let done = 0;
  let times = [];
  let stop = false;
  const flight = async () => {
    while (!stop) {
      const began = performance.now();
      await act();
      times.push(performance.now() - began);
      done += count;
    }
  };
  const all = Array.from({ length: flights }, flight);
  await new Promise(resolve => setTimeout(resolve, 4000)); // warm
  done = 0;
  times = [];
  const began = performance.now();
  await new Promise(resolve => setTimeout(resolve, seconds * 1000));
  const rate = done / ((performance.now() - began) / 1000);
  const kept = times.slice();
  stop = true;
  await Promise.all(all);
  return { rate, times: kept.length ? kept : times };
}
