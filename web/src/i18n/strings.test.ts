import { expect, test } from "vitest";
import { en } from "./en";
import { zh } from "./zh";

const flat = (strings: object, prefix = ""): [string, string][] => Object.entries(strings).flatMap(([key, value]) =>
  typeof value === "string" ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`));
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();

test("Strings_Chinese_FillTheSameHolesAsEnglish", () => {
  const chinese = new Map(flat(zh));
  for (const [key, text] of flat(en)) {
    expect([key, holes(chinese.get(key) ?? "")]).toEqual([key, holes(text)]);
  }
});
