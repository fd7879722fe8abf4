import { expect, test } from "vitest";
import { newMessageId, ulid } from "./ulid";

test("Ulid_KnownTimeAndBytes_IsTheHubsForm", () => {
  expect(ulid(1_469_918_176_385, new Uint8Array(10).fill(255))).toBe("01aryz6s41zzzzzzzzzzzzzzzz");
  expect(ulid(0, new Uint8Array(10))).toBe("0".repeat(26));
});

test("Ulid_LaterTime_SortsAfter", () => {
  const low = new Uint8Array(10);
  const high = new Uint8Array(10).fill(255);
  expect(ulid(1_000, high) < ulid(1_001, low)).toBe(true);
});

test("NewMessageId_Many_AreDistinctAndWellFormed", () => {
  const ids = new Set(Array.from({ length: 1_000 }, newMessageId));
  expect(ids.size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^msg_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
});
