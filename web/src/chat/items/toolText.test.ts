import { expect, test } from "vitest";
import { splitJobs, visible, visibleArguments } from "./toolText";

test("Jobs_InAText_StandAtTheOddPlaces", () => {
  const id = "job_01m8bp29g77r5hetfdpm0mw7zp";
  expect(splitJobs(`Job ${id}. /stop cancels it.`)).toEqual(["Job ", id, ". /stop cancels it."]);
  expect(splitJobs("no job_1 here")).toEqual(["no job_1 here"]);
});

test("Visible_WhatHidesOrReorders_IsSpelledOut", () => {
  expect(visible("cat notes.txt # \u202e dwp \u2066x")).toBe("cat notes.txt # \\u202e dwp \\u2066x");
  expect(visible(`ls${" ".repeat(3000)}; rm x`)).toBe("ls [3000 spaces] ; rm x");
  expect(visible("line\n\tnext 你好")).toBe("line\n\tnext 你好");
  expect(visibleArguments({ command: "a\u202eb", n: 3 })).toEqual({ command: "a\\u202eb", n: "3" });
});
