import { expect, test } from "vitest";
import { commandsOf, leadsNowhereElse, nobodyHasAModel, routeMatters } from "./facts";

test("Commands_OfAnUnknownWord_AreNotGuessed", () => {
  expect(commandsOf({ isolation: "process" })).toBe("process");
  expect(commandsOf({ isolation: "microvm" })).toBeNull();
});

test("Model_MissingEverywhere_IsWorthSaying", () => {
  expect(nobodyHasAModel([{ model: "offline" }, { model: "offline" }])).toBe(true);
  expect(nobodyHasAModel([{ model: "offline" }, { model: "qwen3" }])).toBe(false);
  expect(nobodyHasAModel([])).toBe(false);
  expect(nobodyHasAModel(undefined)).toBe(false);
});

test("Route_ToTheOnlyMachine_NeedsNoReason", () => {
  expect(routeMatters([{ name: "vm" }], "vm")).toBe(false);
  expect(routeMatters(undefined, "vm")).toBe(false);
  expect(routeMatters([{ name: "vm" }, { name: "nas" }], "vm")).toBe(true);
  expect(routeMatters([{ name: "vm" }], "gone")).toBe(true);
});

test("Token_OfALoopbackAddress_ReachesNobodyElse", () => {
  const token = (url: string) => `mjt_${btoa(JSON.stringify({ u: url, f: "", s: "s" })).replace(/=+$/, "")}`;
  expect(["http://127.0.0.1:5000", "https://localhost:5000", "http://[::1]:5000"].map(token).every(leadsNowhereElse)).toBe(true);
  expect(["https://192.168.1.20:5000", "http://127.example.org"].map(token).some(leadsNowhereElse)).toBe(false);
  expect(leadsNowhereElse("mjt_odd")).toBe(false);
});
