import { expect, test } from "vitest";
import { splitBlocks } from "./splitBlocks";

test("Split_Paragraphs_CutsAtBlankLines", () => {
  expect(splitBlocks("one\n\ntwo\nmore\n\nthree")).toEqual(["one\n\n", "two\nmore\n\n", "three"]);
});

test("Split_FencesListsAndQuotes_StayWhole", () => {
  const fence = "```js\na\n\nb\n```\n";
  expect(splitBlocks(`x\n\n${fence}\nend`)).toEqual(["x\n\n", `${fence}\n`, "end"]);
  expect(splitBlocks("- a\n\n- b\n\n  more")).toHaveLength(1);
  expect(splitBlocks("```\nopen\n\nstill")).toHaveLength(1);
});

test("Split_AnyText_JoinsToItself", () => {
  const text = "# h\n\n1. a\n\n2. b\n\n> q\n\n~~~\n```\n\n~~~\n\nend\n";
  expect(splitBlocks(text).join("")).toBe(text);
});
