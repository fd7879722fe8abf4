import type { Schedule } from "../api/types";

const far = Number.POSITIVE_INFINITY;
const time = (at: string | null): number => (at ? new Date(at).getTime() : far);

/** What is due next first; what is paused comes after all that is not. */
export const dueFirst = (schedules: Schedule[]): Schedule[] => schedules.toSorted((a, b) =>
  Number(a.state === "paused") - Number(b.state === "paused") || time(a.next_at) - time(b.next_at) || a.id.localeCompare(b.id));

/** Those that are over, the last one first. */
export const overOf = (schedules: Schedule[]): Schedule[] => schedules
  .filter((schedule) => schedule.state === "ended")
  .toSorted((a, b) => time(b.last_at ?? b.created_at) - time(a.last_at ?? a.created_at));

const longestLook = 30_000;
const shortestLook = 2_000;

/** How long until the list has to be asked for again, in milliseconds: a moment after the next one is due. */
export function nextLook(schedules: Schedule[], now: number): number {
  const due = Math.min(far, ...schedules.filter((s) => s.state === "active").map((s) => time(s.next_at)));
  return Math.min(longestLook, Math.max(shortestLook, due - now + 1_000));
}
