import { expect, test } from "vitest";
import type { Schedule } from "../api/types";
import { dueFirst, nextLook, overOf } from "./order";

const one = (id: string, more: Partial<Schedule> = {}): Schedule => ({
  id, state: "active", kind: "message", text: id, rule: "once", every_seconds: null, cron: null, zone: "Etc/UTC", conversation_id: null, node: null, session: null,
  next_at: null, runs: 0, max_runs: null, last_at: null, last_outcome: null, delivered: null, created_at: "2026-11-26T09:00:00Z", ...more,
});

test("Order_DueNext_ComesFirstAndPausedLast", () => {
  const all = [one("late", { next_at: "2026-11-28T09:00:00Z" }), one("held", { state: "paused", next_at: "2026-11-26T09:00:00Z" }), one("soon", { next_at: "2026-11-27T09:00:00Z" })];
  expect(dueFirst(all).map((s) => s.id)).toEqual(["soon", "late", "held"]);
});

test("Over_TheLastOne_ComesFirst", () => {
  const all = [one("open"), one("old", { state: "ended", last_at: "2026-11-20T09:00:00Z" }), one("new", { state: "ended", last_at: "2026-11-25T09:00:00Z" })];
  expect(overOf(all).map((s) => s.id)).toEqual(["new", "old"]);
});

test("Look_NextIsDueSoon_ComesRightAfterIt", () => {
  const now = Date.parse("2026-11-26T09:00:00Z");
  expect(nextLook([one("a", { next_at: "2026-11-26T09:00:08Z" })], now)).toBe(9_000);
  expect(nextLook([one("a", { next_at: "2026-11-26T08:00:00Z" })], now)).toBe(2_000);
  expect(nextLook([one("a", { next_at: "2026-11-27T09:00:00Z" }), one("b", { state: "paused", next_at: "2026-11-26T09:00:01Z" })], now)).toBe(30_000);
  expect(nextLook([], now)).toBe(30_000);
});
