import { expect, test } from "vitest";
import { suggest } from "./suggestions";

const nodes = [{ name: "nas", status: "online" as const }, { name: "desktop", status: "busy" as const }];
const labels = (text: string) => suggest(text, nodes)?.options.map((o) => o.label) ?? [];

test("Suggest_Slash_ListsCommandsThatStartSo", () => {
  expect(labels("/").slice(0, 6)).toEqual(["/help", "/nodes", "/node", "/status", "/shell", "/stop"]);
  expect(labels("/re")).toEqual(["/remind"]);
  expect(labels("/s")).toEqual(["/status", "/shell", "/stop", "/send", "/switch", "/smart"]);
  expect(labels("and /s")).toEqual([]);
});

test("Suggest_AtOrNode_ListsMachines", () => {
  expect(labels("is @n")).toEqual(["nas"]);
  expect(labels("/node ")).toEqual(["nas", "desktop"]);
  expect(suggest("is @n", nodes)).toMatchObject({ from: 3, options: [{ insert: "@nas " }] });
});

test("Suggest_AddressOrFinishedName_ListsNothing", () => {
  expect(labels("mail me@n")).toEqual([]);
  expect(labels("@nas")).toEqual([]);
});
