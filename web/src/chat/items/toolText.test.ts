import { expect, test } from "vitest";
import i18n from "../../i18n";
import { splitJobs, visible, visibleArguments } from "./toolText";

test("Jobs_InAText_StandAtTheOddPlaces", () => {
  const id = "job_01m8bp29g77r5hetfdpm0mw7zp";
  expect(splitJobs(`Job ${id}. /stop cancels it.`)).toEqual(["Job ", id, ". /stop cancels it."]);
  expect(splitJobs("no job_1 here")).toEqual(["no job_1 here"]);
});

test("Visible_InChinese_SaysItInChinese", async () => {
  await i18n.changeLanguage("zh");
  expect(visible(`ls${" ".repeat(50)};\n\n\n\nrm x`)).toBe("ls [50 个空格] ;\n[3 个空行]\nrm x");
  await i18n.changeLanguage("en");
});

test("Visible_WhatHidesOrReorders_IsSpelledOut", () => {
  expect(visible("cat notes.txt # \u202e dwp \u2066x")).toBe("cat notes.txt # \\u202e dwp \\u2066x");
  expect(visible(`ls${" ".repeat(3000)}; rm x`)).toBe("ls [3000 spaces] ; rm x");
  expect(visible("line\n\tnext 你好")).toBe("line\n\tnext 你好");
  expect(visible("ls\n\n\nrm x")).toBe("ls\n\n\nrm x");
  expect(visible("ls\n\n \t\n\nrm x")).toBe("ls\n[3 empty lines]\nrm x");
  expect(visible("\n\n\n\nrm x")).toBe("[4 empty lines]\nrm x");
  expect(visible("+ls\n+\n+\n+ \n+rm x\n \n \n")).toBe("+ls\n+[3 empty lines]\n+rm x\n \n \n");
  expect(visibleArguments({ command: "a\u202eb", n: 3 })).toEqual({ command: "a\\u202eb", n: "3" });
});
