import { expect, test } from "vitest";
import { commandsOf, isLoopback, nobodyHasAModel, routeMatters } from "./facts";

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

test("Loopback_Address_ReachesNobodyElse", () => {
  expect(["127.0.0.1", "localhost", "[::1]"].every(isLoopback)).toBe(true);
  expect(["192.168.1.20", "hub.lan", "127.example.org"].map(isLoopback)).toEqual([false, false, false]);
});
