import { expect, test } from "vitest";
import { SseParser } from "./sseParser";

const text = ": hello\n\nid: 7\nevent: notice\ndata: {\"a\":1}\n\nevent: message_update\ndata: one\ndata: two\n\n";
const events = [
  { name: "notice", id: "7", data: '{"a":1}' },
  { name: "message_update", id: null, data: "one\ntwo" },
];

test("Parser_WholeText_GivesItsEvents", () => {
  expect(new SseParser().push(text)).toEqual(events);
});

test.each(["\r\n", "\r"])("Parser_AnyCutAndLineEnd_GivesTheSame %j", (newline) => {
  const wire = text.replaceAll("\n", newline) + ":";
  for (let cut = 1; cut < wire.length; cut++) {
    const parser = new SseParser();
    expect([...parser.push(wire.slice(0, cut)), ...parser.push(wire.slice(cut))]).toEqual(events);
  }
});

test("Parser_UnfinishedEvent_WaitsForItsEnd", () => {
  const parser = new SseParser();
  expect(parser.push("data: x\n")).toEqual([]);
  expect(parser.push("\n")).toEqual([{ name: "message", id: null, data: "x" }]);
});

test("Parser_EventWithoutData_IsDropped", () => {
  expect(new SseParser().push("event: x\nid: 3\n\ndata\n\n")).toEqual([{ name: "message", id: null, data: "" }]);
});
