import { afterEach, expect, test, vi } from "vitest";
import { keepPlan, keptPlan } from "./kept";

afterEach(() => { vi.unstubAllGlobals(); });

test("Plan_OfAJob_IsKeptByTheTab", () => {
  const stored = new Map<string, string>();
  vi.stubGlobal("sessionStorage", { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => stored.set(key, value) });
  keepPlan("job_1", { text: "all of it", steps: [{ id: "a", description: "do a" }] });
  expect(keptPlan("job_1")).toEqual({ text: "all of it", steps: [{ id: "a", description: "do a" }] });
  expect(keptPlan("job_2")).toBeNull();
});

test("Plan_WithoutStorage_IsNotThere", () => {
  vi.stubGlobal("sessionStorage", undefined);
  keepPlan("job_1", { text: "all of it", steps: [] });
  expect(keptPlan("job_1")).toBeNull();
});
