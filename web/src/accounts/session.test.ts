import { expect, test } from "vitest";
import { nextPath } from "./session";

test.each([
  ["?next=%2Fc%2Fcnv_1", "/c/cnv_1"], ["", "/"], ["?next=https://evil.example", "/"], ["?next=//evil.example", "/"], ["?next=/%5Cevil.example", "/"],
])("NextPath_%s_StaysOnThisSite", (search, path) => {
  expect(nextPath(search)).toBe(path);
});
